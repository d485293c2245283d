// A web server over files in memory, as it should be, or with each answer made into what a test wants.
import { createHash } from 'node:crypto';
import http from 'node:http';

/** @typedef {{status: number, headers: Record<string, string | number>, body: Buffer}} Answer */

export class Shelf {
  /** @type {Map<string, Buffer>} by key */
  files = new Map();
  /** How many requests have come. */
  asked = 0;
  /** @type {(answer: Answer) => Answer} what becomes of an answer */
  spoil = (answer) => answer;

  static async start() {
    const shelf = new Shelf();
    shelf.server = http.createServer((request, response) => {
      shelf.asked += 1;
      const { status, headers, body } = shelf.spoil(shelf.#answer(request));
      response.writeHead(status, headers).end(request.method === 'HEAD' ? undefined : body);
    });
    await new Promise((resolve) => shelf.server.listen(0, '127.0.0.1', resolve));
    shelf.url = `http://127.0.0.1:${shelf.server.address().port}/`;
    return shelf;
  }

  async close() {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

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
