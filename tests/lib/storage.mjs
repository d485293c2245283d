// KV and R2 as a Worker's bindings reach them over HTTP: every call counted, and any of them made to fail.
//
// workerd speaks two small protocols to whatever stands behind `kvNamespace` and `r2Bucket`. KV:
// `GET`/`PUT`/`DELETE /{key}?urlencoded=true`, value as body, and `GET /?prefix=…` for a list. R2: a `GET` whose
// CF-R2-Request header says what is
// wanted; the answer is the object's metadata as JSON, CF-R2-Metadata-Size bytes of it, and then its bytes.
import { createHash } from 'node:crypto';
import http from 'node:http';
import { close, listen } from './http.mjs';

/**
 * @typedef {object} Call
 * @property {'kv' | 'r2'} store
 * @property {'get' | 'put' | 'head' | 'delete' | 'list'} method
 * @property {string} key or what the keys that are listed begin with
 * @property {number} [start] first byte asked for
 * @property {number} [end] behind the last one
 * @property {string} [etag] the only version that is wanted
 * @property {string} [metadata] of what is put into KV, as text of JSON
 * @property {number} [limit] how many keys are listed at most
 * @property {string} [cursor] where the list goes on
 */

/** @typedef {'fail' | 'hang' | 'cut' | 'stall' | 'short' | undefined} Fault */

export class Storage {
  /** @type {Map<string, {bytes: Buffer, etag: string}>} */
  objects = new Map();
  /** @type {Map<string, Buffer>} */
  values = new Map();
  /**
   * What lists say of values, as text of JSON.
   * @type {Map<string, string>}
   */
  metadata = new Map();
  /** @type {Call[]} */
  calls = [];
  /**
   * Asked at every call what shall go wrong: 'fail' answers with a 500, 'hang' not at all, 'cut' breaks
   * off halfway, 'stall' stops there, 'short' leaves out the last byte as if there were none. The call waits
   * until that is known.
   * @type {(call: Call) => Fault | void | Promise<Fault | void>}
   */
  onCall = () => undefined;

  server = http.createServer((request, response) => this.#answer(request, response));
  #port;

  static async start() {
    const storage = new Storage();
    storage.#port = await listen(storage.server);
    return storage;
  }

  get address() {
    return `127.0.0.1:${this.#port}`;
  }

  close() {
    return close(this.server);
  }

  /** Puts an object; its etag is the one R2 would give it. */
  put(key, bytes, etag = createHash('md5').update(bytes).digest('hex')) {
    this.objects.set(key, { bytes, etag });
  }

  /** The calls since this was asked last. */
  taken() {
    return this.calls.splice(0);
  }

  async #answer(request, response) {
    const isR2 = 'cf-r2-request' in request.headers;
    const call = isR2 ? r2Call(request.headers['cf-r2-request']) : kvCall(request);
    this.calls.push(call);
    const body = await readAll(request);
    const fault = await this.onCall(call);
    if (fault === 'hang') return;
    if (fault === 'fail') return void response.writeHead(500).end('the storage of this test fails');
    const { status = 200, headers = {}, bytes: all = Buffer.alloc(0) } = isR2 ? this.#r2(call) : this.#kv(call, body);
    const bytes = fault === 'short' ? all.subarray(0, -1) : all;
    response.writeHead(status, { 'content-length': bytes.length, ...headers });
    if (fault === 'stall') return void response.write(bytes.subarray(0, bytes.length / 2));
    if (fault !== 'cut') return void response.end(bytes);
    response.write(bytes.subarray(0, bytes.length / 2), () => response.destroy());
  }

  #kv(call, body) {
    const { method, key } = call;
    if (method === 'list') return { bytes: Buffer.from(JSON.stringify(this.#list(call))) };
    if (method === 'put') {
      this.values.set(key, body);
      this.metadata.set(key, call.metadata);
      return {};
    }
    if (method === 'delete') {
      this.values.delete(key);
      this.metadata.delete(key);
      return {};
    }
    const bytes = this.values.get(key);
    return bytes ? { bytes } : { status: 404 };
  }

  /**
   * A part of the list; its cursor is the last key of it.
   * @param {Call} call
   */
  #list({ key, limit, cursor = '' }) {
    const all = [...this.values.keys()].filter(
      (name) => name.startsWith(key) && Buffer.compare(Buffer.from(name), Buffer.from(cursor)) > 0,
    );
    const names = all.sort((one, other) => Buffer.compare(Buffer.from(one), Buffer.from(other))).slice(0, limit);
    const metadata = (name) =>
      this.metadata.get(name) === undefined ? {} : { metadata: JSON.parse(this.metadata.get(name)) };
    const keys = names.map((name) => ({ name, ...metadata(name) }));
    return names.length === all.length
      ? { keys, list_complete: true }
      : { keys, list_complete: false, cursor: names.at(-1) };
  }

  /** What lies right below a prefix; the cursor of a part is the last key of it. */
  #folder({ key, limit, cursor = '' }) {
    const below = (name) => name.startsWith(key) && !name.slice(key.length).includes('/') && name > cursor;
    const all = [...this.objects.keys()].filter(below).sort();
    const names = all.slice(0, limit);
    const objects = names.map((name) => head(name, this.objects.get(name)));
    const truncated = names.length < all.length;
    const list = { objects, truncated, delimitedPrefixes: [], ...(truncated ? { cursor: names.at(-1) } : {}) };
    const bytes = Buffer.from(JSON.stringify(list));
    return { headers: { 'cf-r2-metadata-size': bytes.length, 'content-type': 'application/json' }, bytes };
  }

  /** @param {Call} call */
  #r2({ method, key, start = 0, end, etag, limit, cursor }) {
    if (method === 'list') return this.#folder({ key, limit, cursor });
    const object = this.objects.get(key);
    if (!object) return r2Error(404, 10007);
    const { size, stop } = { size: object.bytes.length, stop: Math.min(end ?? Infinity, object.bytes.length) };
    const range = { offset: start, length: Math.max(stop - start, 0) };
    const metadata = Buffer.from(JSON.stringify({ ...head(key, object), range }));
    const headers = { 'cf-r2-metadata-size': metadata.length, 'content-type': 'application/json' };
    if (etag !== undefined && etag !== object.etag) {
      const refused = r2Error(412, 10031);
      return { ...refused, headers: { ...headers, ...refused.headers }, bytes: metadata };
    }
    if (method === 'head') return { headers, bytes: metadata };
    if (start >= size && method === 'get' && end !== undefined) return r2Error(416, 10039);
    return { headers, bytes: Buffer.concat([metadata, object.bytes.subarray(start, stop)]) };
  }
}

/** What R2 says of an object. */
const head = (name, { bytes, etag }) => ({
  name,
  version: etag,
  size: bytes.length,
  etag,
  uploaded: 1_700_000_000_000,
  httpFields: {},
  customFields: [],
  checksums: { 0: etag },
});

/** Node takes headers for Latin-1, workerd writes UTF-8. */
const utf8 = (header) => header && Buffer.from(header, 'latin1').toString();

/** @returns {Call} */
function kvCall({ method, url, headers }) {
  const { pathname: path, searchParams } = new URL(url, 'http://kv');
  if (path === '/') {
    const [prefix, limit, cursor] = ['prefix', 'key_count_limit', 'cursor'].map(
      (name) => searchParams.get(name) ?? undefined,
    );
    return { store: 'kv', method: 'list', key: prefix ?? '', limit: Number(limit ?? 1000), cursor };
  }
  const key = decodeURIComponent(path.slice(1));
  if (method === 'PUT') return { store: 'kv', method: 'put', key, metadata: utf8(headers['cf-kv-metadata']) };
  return { store: 'kv', method: method.toLowerCase(), key };
}

/** @returns {Call} */
function r2Call(header) {
  const { method, object, range, onlyIf, prefix = '', limit = 1000, cursor } = JSON.parse(utf8(header));
  if (method === 'list') return { store: 'r2', method, key: prefix, limit, cursor };
  /** @type {Call} */
  const call = { store: 'r2', method, key: object };
  if (range) {
    call.start = Number(range.offset ?? 0);
    if (range.length !== undefined) call.end = call.start + Number(range.length);
  }
  const [only] = [onlyIf?.etagMatches ?? []].flat();
  if (only !== undefined) call.etag = typeof only === 'string' ? only : only.value;
  return call;
}

const r2Error = (status, v4code) => ({
  status,
  headers: { 'cf-r2-error': JSON.stringify({ version: 1, v4code, message: 'refused by the storage of this test' }) },
});

async function readAll(stream) {
  const chunks = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}
