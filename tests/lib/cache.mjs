// What stands behind `caches.default`: keeps whole answers only, and writes down whatever it is asked.
//
// workerd asks it as it asks a proxy: `GET` with `Cache-Control: only-if-cached`, answered with
// `CF-Cache-Status`; `PUT`, whose body is the response as it would go over a wire; `PURGE`.
import http from 'node:http';
import { close, listen } from './http.mjs';

/** @typedef {{method: 'get' | 'put' | 'purge', url: string, isWhole: boolean, headers: http.IncomingHttpHeaders}} Question */

export class EdgeCache {
  /** @type {Question[]} */
  questions = [];
  /** @type {Map<string, {headers: [string, string][], body: Buffer}>} */
  kept = new Map();

  /** @type {(question: Question) => 'hang' | 'drop' | 'fail' | undefined | false} what shall go wrong */
  onQuestion = () => undefined;

  #server = http.createServer((request, response) => this.#answer(request, response));
  #port;

  static async start() {
    const cache = new EdgeCache();
    cache.#port = await listen(cache.#server);
    return cache;
  }

  get address() {
    return `127.0.0.1:${this.#port}`;
  }

  /** The questions since this was asked last, in short. */
  taken() {
    return this.questions.splice(0).map(({ method, url }) => `${method} ${new URL(url).pathname}`);
  }

  close() {
    return close(this.#server);
  }

  async #answer(request, response) {
    const question = {
      method: request.method.toLowerCase(),
      url: `http://${request.headers.host}${request.url}`,
      isWhole: true,
      headers: request.headers,
    };
    this.questions.push(question);
    const fault = this.onQuestion(question);
    if (fault === 'hang') return;
    if (fault === 'drop') return void response.destroy();
    if (fault === 'fail') return void response.writeHead(500).end('the cache of this test fails');
    const body = await all(request).catch(() => (question.isWhole = false));
    if (!question.isWhole) return;
    if (question.method === 'put') {
      this.kept.set(question.url, parsed(body));
      return void response.writeHead(204).end();
    }
    if (question.method === 'purge') return void response.writeHead(this.kept.delete(question.url) ? 200 : 404).end();
    this.#give(this.kept.get(question.url), request.headers, response);
  }

  #give(kept, { range, 'if-none-match': tags }, response) {
    if (!kept) return void response.writeHead(504, { 'cf-cache-status': 'MISS' }).end();
    /** @type {Record<string, string>} */
    const headers = { ...Object.fromEntries(kept.headers), 'cf-cache-status': 'HIT' };
    if (tags?.includes(headers.etag)) return void response.writeHead(304, headers).end();
    const [, first, last] = /^bytes=(\d+)-(\d*)$/.exec(range ?? '') ?? [];
    if (first === undefined) return void response.writeHead(200, headers).end(kept.body);
    const size = kept.body.length;
    if (Number(first) >= size)
      return void response.writeHead(416, { 'cf-cache-status': 'HIT', 'content-range': `bytes */${size}` }).end();
    const part = kept.body.subarray(Number(first), last ? Number(last) + 1 : size);
    headers['content-range'] = `bytes ${first}-${Number(first) + part.length - 1}/${size}`;
    response.writeHead(206, { ...headers, 'content-length': part.length }).end(part);
  }
}

/** An answer as it would go over a wire. */
function parsed(bytes) {
  const end = bytes.indexOf('\r\n\r\n');
  const [, ...lines] = bytes.subarray(0, end).toString('latin1').split('\r\n');
  const headers = lines.map((line) => [
    line.slice(0, line.indexOf(':')).toLowerCase(),
    line.slice(line.indexOf(':') + 1).trim(),
  ]);
  return { headers, body: bytes.subarray(end + 4) };
}

async function all(stream) {
  const chunks = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}
