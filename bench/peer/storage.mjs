// The storage that both read from, in a process of its own: an HTTP server of files that knows ranges, and the KV and the R2 bucket
// of the Worker. Every request waits before it is answered, and is counted.
//
// Every file lies in each of the folders `cold-…/` too, so that there are as many presentations that nobody
// has asked for yet as it takes.
//
// Its parent says over IPC `{delayMs, kvDelayMs}`, `{bulk: file}` with what belongs into KV besides, or
// `'counts'`: what was asked for since it was asked last.
import { open, readFile, stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import { setTimeout } from 'node:timers/promises';
import { listen } from '../../tests/lib/http.mjs';
import { r2Answer, r2Asked } from '../r2.mjs';

const [folder, port] = process.argv.slice(2);
const NOTHING = { requests: 0, bytes: 0, kv: 0, kvBytes: 0, roundTrips: 0, wrong: 0 };

let delays = { delayMs: 0, kvDelayMs: 0 };
let counts = { ...NOTHING };
let waiting = 0;
const values = new Map();
const files = new Map();

/** @typedef {{status: number, headers?: import('node:http').OutgoingHttpHeaders, bytes?: Buffer}} Answer */

const server = createServer(async (request, response) => {
  const { pathname, searchParams } = new URL(request.url, 'http://storage');
  const key = decodeURIComponent(pathname.slice(1));
  const prefix = searchParams.get('prefix');
  const isKv = prefix !== null || searchParams.has('urlencoded');
  counts[isKv ? 'kv' : 'requests'] += 1;
  // One that comes while others are on their way costs no further round trip.
  if (waiting === 0) counts.roundTrips += 1;
  waiting += 1;
  const delay = isKv ? delays.kvDelayMs : delays.delayMs;
  if (delay > 0) await setTimeout(delay);
  waiting -= 1;
  /** @type {Answer} */
  const answer = await answerOf(isKv, key, prefix, request).catch(() => ({ status: 404 }));
  const { status, headers = {}, bytes } = answer;
  // What KV does not have is built.
  if (status >= 400 && !isKv) counts.wrong += 1;
  counts[isKv ? 'kvBytes' : 'bytes'] += bytes?.length ?? 0;
  response.writeHead(status, { 'content-length': bytes?.length ?? 0, ...headers }).end(bytes);
});

/** @returns {Promise<Answer>} */
function answerOf(isKv, key, prefix, request) {
  if (isKv) return value(key, prefix, request);
  const asked = request.headers['cf-r2-request'];
  return asked ? object(r2Asked(asked)) : media(key, request);
}

/**
 * A value of KV that is asked for, or kept; or the list of the keys with a prefix.
 * @param {string} key
 * @param {string | null} prefix
 * @param {import('node:http').IncomingMessage} request
 * @returns {Promise<Answer>}
 */
async function value(key, prefix, request) {
  if (prefix !== null) {
    const keys = [...values.keys()].filter((name) => name.startsWith(prefix)).map((name) => ({ name }));
    return { status: 200, bytes: Buffer.from(JSON.stringify({ keys, list_complete: true })) };
  }
  if (request.method === 'PUT') {
    values.set(key, await buffer(request));
    return { status: 200 };
  }
  return values.has(key) ? { status: 200, bytes: values.get(key) } : { status: 404 };
}

/** @returns {Promise<Answer>} */
async function object(asked) {
  const { handle, size, etag: quoted } = await opened(asked.key);
  const etag = quoted.slice(1, -1);
  if (asked.etag !== etag) return { status: 412 };
  const { head, headers } = r2Answer(asked, { size, etag });
  return {
    status: 200,
    headers,
    bytes: Buffer.concat([head, await part(handle, asked.start, asked.start + asked.length)]),
  };
}

/**
 * @param {string} key
 * @param {import('node:http').IncomingMessage} request
 * @returns {Promise<Answer>}
 */
async function media(key, { method, headers }) {
  const { handle, size, etag } = await opened(key);
  const common = { etag, 'accept-ranges': 'bytes', 'content-type': 'application/octet-stream' };
  if ((headers['if-match'] ?? etag) !== etag) return { status: 412 };
  if (method === 'HEAD') return { status: 200, headers: { ...common, 'content-length': size } };
  const [, from, to] = /^bytes=(\d+)-(\d*)$/.exec(headers.range) ?? [];
  if (from === undefined) return { status: 200, headers: common, bytes: await part(handle, 0, size) };
  const [start, end] = [Number(from), Math.min(to ? Number(to) + 1 : size, size)];
  if (start >= end) return { status: 416, headers: { 'content-range': `bytes */${size}` } };
  const range = { 'content-range': `bytes ${start}-${end - 1}/${size}` };
  return { status: 206, headers: { ...common, ...range }, bytes: await part(handle, start, end) };
}

/** A file, opened once, whatever cold folder it is asked for in. */
function opened(asked) {
  const key = asked.replace(/^cold-[^/]+\//, '');
  if (!files.has(key)) files.set(key, openFile(path.join(folder, path.posix.normalize(`/${key}`))));
  return files.get(key);
}

async function openFile(file) {
  const { size, mtimeMs } = await stat(file);
  return { handle: await open(file), size, etag: `"${size.toString(16)}-${Math.trunc(mtimeMs).toString(16)}"` };
}

async function part(handle, start, end) {
  const { buffer } = await handle.read(Buffer.allocUnsafeSlow(end - start), 0, end - start, start);
  return buffer;
}

server.keepAliveTimeout = 600_000;
listen(server, Number(port)).then((taken) => process.send({ port: taken }));
process.on('message', async (/** @type {unknown} */ said) => {
  if (said === 'counts') {
    process.send(counts);
    counts = { ...NOTHING };
    return;
  }
  const order = /** @type {{bulk: string} | {delayMs: number, kvDelayMs: number}} */ (said);
  if ('bulk' in order) {
    const entries = JSON.parse(await readFile(order.bulk, 'utf8'));
    for (const { key, value, base64 } of entries) values.set(key, Buffer.from(value, base64 ? 'base64' : 'utf8'));
  } else {
    delays = order;
  }
  process.send({});
});
process.on('disconnect', () => process.exit());
