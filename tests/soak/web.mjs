// A web server over the objects of a `Storage`, which can be in trouble.
import http from 'node:http';
import { close, listen } from '../lib/http.mjs';

/**
 * @typedef {object} Right an answer as it should be
 * @property {number} status
 * @property {http.OutgoingHttpHeaders} headers
 * @property {Buffer} body
 * @property {{bytes: Buffer, etag: string}} [object] that it is of
 * @property {number} [start] first byte of it
 */

/**
 * What becomes of a whole, right answer.
 * @type {Record<string, (right: Right) => Right>}
 */
const SPOILT = {
  whole: ({ headers, object }) => ({ status: 200, headers: without(headers, 'content-range'), body: object.bytes }),
  elsewhere: ({ status, headers, body, start }) => ({
    status,
    body,
    headers: { ...headers, 'content-range': String(headers['content-range']).replace(/\d+/, String(start + 1)) },
  }),
  shorter: ({ status, headers, body }) => ({
    status,
    headers: { ...headers, 'content-length': body.length - 1 },
    body: body.subarray(1),
  }),
  unmeasured: ({ status, headers, body }) => ({ status, headers: without(headers, 'content-length'), body }),
  encoded: ({ status, headers, body }) => ({ status, headers: { ...headers, 'content-encoding': 'gzip' }, body }),
  retagged: ({ status, headers, body }) => ({ status, headers: { ...headers, etag: '"another"' }, body }),
  untagged: ({ status, headers, body }) => ({ status, headers: without(headers, 'etag'), body }),
};

/**
 * @param {Map<string, {bytes: Buffer, etag: string}>} objects
 * @param {(call: {store: 'web', method: string, key: string}) => string | undefined} onCall what shall go wrong
 */
export async function startWeb(objects, onCall) {
  const server = http.createServer((request, response) => {
    const key = decodeURIComponent(request.url.slice(1));
    const fault = onCall({ store: 'web', method: request.method.toLowerCase(), key });
    if (fault === 'hang') return;
    if (fault === 'drop') return void response.destroy();
    if (fault === 'fail' || fault === 'busy')
      return void response.writeHead(fault === 'fail' ? 500 : 429).end('the server of this test fails');
    const right = answer(objects.get(key), request.headers);
    const spoil = right.object && SPOILT[fault];
    const { status, headers, body } = spoil ? spoil(right) : right;
    response.writeHead(status, headers);
    if (request.method === 'HEAD') return void response.end();
    if (fault !== 'cut') return void response.end(body);
    response.write(body.subarray(0, body.length / 2), () => response.destroy());
  });
  const port = await listen(server);
  return { url: `http://127.0.0.1:${port}/`, close: () => close(server) };
}

/**
 * @param {{bytes: Buffer, etag: string} | undefined} object
 * @param {http.IncomingHttpHeaders} headers
 * @returns {Right}
 */
function answer(object, { range, 'if-match': wanted }) {
  if (!object) return { status: 404, headers: {}, body: Buffer.alloc(0) };
  const etag = `"${object.etag}"`;
  if (wanted && wanted !== etag) return { status: 412, headers: { etag }, body: Buffer.alloc(0) };
  const { length } = object.bytes;
  const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(range) ?? [];
  if (first === undefined)
    return { status: 200, headers: { etag, 'content-length': length }, body: object.bytes, object };
  const body = object.bytes.subarray(Number(first), Number(last) + 1);
  const span = `bytes ${first}-${Number(first) + body.length - 1}/${length}`;
  return {
    status: 206,
    headers: { etag, 'content-length': body.length, 'content-range': span },
    body,
    object,
    start: Number(first),
  };
}

const without = (headers, name) => Object.fromEntries(Object.entries(headers).filter(([other]) => other !== name));
