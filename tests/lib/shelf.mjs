// A web server over files in memory, whose answers a test can spoil.
import { createHash } from 'node:crypto';
import http from 'node:http';
import { close, listen } from './http.mjs';

/** @typedef {{status: number, headers: Record<string, string | number>, body: Buffer}} Answer */

export class Shelf {
  /** @type {Map<string, Buffer>} by key */
  files = new Map();
  /** How many requests have come. */
  asked = 0;
  /** @type {(answer: Answer) => Answer} what becomes of an answer */
  spoil = (answer) => answer;

  /** @type {string} */
  url;
  #server = http.createServer((request, response) => {
    this.asked += 1;
    const { status, headers, body } = this.spoil(this.#answer(request));
    response.writeHead(status, headers).end(request.method === 'HEAD' ? undefined : body);
  });

  static async start() {
    const shelf = new Shelf();
    shelf.url = `http://127.0.0.1:${await listen(shelf.#server)}/`;
    return shelf;
  }

  close() {
    return close(this.#server);
  }

  /**
   * @param {http.IncomingMessage} request
   * @returns {Answer}
   */
  #answer({ url, headers }) {
    const file = this.files.get(decodeURIComponent(url.slice(1)));
    if (!file) return { status: 404, headers: {}, body: Buffer.alloc(0) };
    const etag = `"${createHash('md5').update(file).digest('hex')}"`;
    if (headers['if-match'] && headers['if-match'] !== etag)
      return { status: 412, headers: { etag }, body: Buffer.alloc(0) };
    const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(headers.range) ?? [];
    if (first === undefined) return { status: 200, headers: { etag, 'content-length': file.length }, body: file };
    const body = file.subarray(Number(first), Number(last) + 1);
    const span = `bytes ${first}-${Number(first) + body.length - 1}/${file.length}`;
    return { status: 206, headers: { etag, 'content-length': body.length, 'content-range': span }, body };
  }
}
