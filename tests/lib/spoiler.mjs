// A proxy between a client and a store: counts what passes, and spoils what a test wants spoilt.
import http from 'node:http';
import { close, listen } from './http.mjs';
import { freePort } from './server.mjs';

/**
 * @typedef {{method: string, path: string, range?: string, etag?: string, bytes: number}} Passed `etag`: the only version
 *   that is wanted; `bytes`: how many were taken
 * @typedef {'fail' | 'hang' | 'drop' | 'cut' | 'whole' | 'elsewhere' | 'short' | 'untagged' | 'weak' | 'redirect' | 'endless' | undefined} Fault
 */
export class Spoiler {
  /** @type {Passed[]} */
  passed = [];
  /** @type {(request: Passed) => Fault | Promise<Fault>} */
  onRequest = () => undefined;

  /** @type {string} */
  url;
  /** @type {URL} */
  #target;
  #server = http.createServer((request, response) => this.#pass(request, response));

  /** @param {string} upstream */
  static async start(upstream) {
    const spoiler = new Spoiler();
    spoiler.#target = new URL(upstream);
    spoiler.url = `http://127.0.0.1:${await listen(spoiler.#server, await freePort())}`;
    return spoiler;
  }

  close() {
    return close(this.#server);
  }

  /** What has passed since this was asked last. */
  taken() {
    return this.passed.splice(0);
  }

  /**
   * @param {http.IncomingMessage} request
   * @param {http.ServerResponse} response
   */
  async #pass({ method, url, headers }, response) {
    const { hostname, port } = this.#target;
    const { range, ...others } = headers;
    const passed = { method, path: url.split('?')[0], range, etag: headers['if-match'], bytes: 0 };
    this.passed.push(passed);
    const fault = await this.onRequest(passed);
    if (fault === 'hang') return;
    if (fault === 'drop') return void response.destroy();
    if (fault === 'fail') return void response.writeHead(500).end('<Error>of this test</Error>');
    if (fault === 'endless') return endless(response, passed);
    if (fault === 'redirect') return void response.writeHead(307, { location: `http://127.0.0.1:${port}${url}` }).end();
    // A server that knows nothing of ranges answers as if none had been asked for.
    const sent = { hostname, port, method, path: url, headers: fault === 'whole' ? others : headers, agent: false };
    const onward = http.request(sent, (answer) => {
      const changed = spoiled(answer.headers, fault);
      response.writeHead(answer.statusCode, changed);
      const length = Number(answer.headers['content-length']);
      answer.on('data', (chunk) => {
        if (fault === 'cut' && passed.bytes + chunk.length > length / 2) {
          return void response.write(chunk.subarray(0, chunk.length / 2), () => response.destroy());
        }
        passed.bytes += chunk.length;
        if (!response.write(chunk)) {
          answer.pause();
          response.once('drain', () => answer.resume());
        }
      });
      answer.on('end', () => response.end());
      response.on('close', () => answer.destroy());
    });
    onward.on('error', () => response.destroy());
    onward.end();
  }
}

/** Sends blanks for as long as somebody takes them. */
function endless(response, passed) {
  const blanks = Buffer.alloc(64 << 10, ' ');
  response.writeHead(200, { 'content-type': 'application/xml' });
  const send = () => {
    while (!response.destroyed && response.write(blanks)) passed.bytes += blanks.length;
  };
  response.on('drain', send);
  send();
}

function spoiled(headers, fault) {
  const range = headers['content-range'];
  switch (fault) {
    case 'elsewhere':
      return {
        ...headers,
        'content-range': range?.replace(/\d+-(\d+)/, (_, last) => `${Number(last) + 1}-${Number(last) + 2}`),
      };
    case 'short':
      return { ...headers, 'content-range': range?.replace(/-(\d+)/, (_, last) => `-${last - 1}`) };
    case 'untagged': {
      const { etag, ...others } = headers;
      return others;
    }
    case 'weak':
      return { ...headers, etag: `W/${headers.etag}` };
    default:
      return headers;
  }
}
