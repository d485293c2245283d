// src/edge/join.js by itself, in the runtime: pieces of every kind and size, and streams that break off.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import http from 'node:http';
import { after, before, test } from 'node:test';
import { Miniflare, convertV4MiniflareOptions } from 'miniflare';
import { local } from '../../scripts/lib/project.mjs';
import { listen, request } from '../lib/http.mjs';
import { Random } from '../lib/random.mjs';

/** Bodies of which no more is read come whole. */
const WHOLE = 256 << 10;

/** Makes the pieces that it is told of, joins them, and answers with what comes of it. */
const FRONT = `import { joined } from './join.js';

const bytes = (length, salt) => Uint8Array.from({ length }, (_, n) => (n * 31 + (n >> 8) + salt) & 255);

export default {
  async fetch(request, env, context) {
    const told = await request.json();
    let length = 0;
    const storage = request.headers.get('x-storage');
    const streamOf = async (...asked) => (await fetch(storage + asked.join('/'))).body;
    const made = told.map(async ({ made, read, keep, sent = read }, salt) => {
      if (made) return (length += made), bytes(made, salt);
      for (let run = 0; run < keep.length; run += 2) length += keep[run + 1] - keep[run];
      const isWhole = keep.length === 2 && keep[1] - keep[0] === read;
      return [await streamOf(read, salt, sent), keep.at(-1), isWhole ? undefined : Float64Array.from(keep), 5000];
    });
    const pieces = await Promise.all(made);
    try {
      return new Response(await joined(pieces, length, context));
    } catch (error) {
      return new Response(String(error), { status: 503 });
    }
  },
};`;

const bytes = (length, salt) => Buffer.from(Uint8Array.from({ length }, (_, n) => (n * 31 + (n >> 8) + salt) & 255));

/** Sends as many bytes as it is asked to, of as many as it says that it will: `/length/salt/sent`. */
const storage = http.createServer((request, response) => {
  const [, length, salt, sent] = request.url.split('/').map(Number);
  response.writeHead(200, { 'content-length': length });
  response.write(bytes(length, salt).subarray(0, sent), () => (sent < length ? response.destroy() : response.end()));
});

let worker;
let url;
let headers;

before(async () => {
  headers = { 'x-storage': `http://127.0.0.1:${await listen(storage)}/` };
  const modules = ['join.js', 'patience.js'].map(async (name) => ({
    type: /** @type {const} */ ('ESModule'),
    path: name,
    contents: await readFile(local('src/edge', name), 'utf8'),
  }));
  worker = new Miniflare(
    convertV4MiniflareOptions({
      modules: [{ type: 'ESModule', path: 'front.js', contents: FRONT }, ...(await Promise.all(modules))],
      compatibilityDate: '2026-10-01',
    }),
  );
  url = String(await worker.ready);
});

after(async () => {
  await worker?.dispose();
  storage.closeAllConnections();
  storage.close();
});

const ask = (pieces) => request(url, '/', { method: 'POST', headers, body: Buffer.from(JSON.stringify(pieces)) });

function expected(pieces) {
  return Buffer.concat(
    pieces.flatMap(({ made, read, keep }, salt) => {
      if (made) return [bytes(made, salt)];
      const all = bytes(read, salt);
      return keep.flatMap((start, at) => (at % 2 ? [] : [all.subarray(start, keep[at + 1])]));
    }),
  );
}

/** Runs in a stream of some length, with gaps before, between and behind them. */
function runs(draw, length) {
  const keep = [];
  let at = draw(3) ? draw(length >> 3) : 0;
  while (at < length) {
    const end = Math.min(length, at + 1 + draw(length >> (1 + draw(6))));
    keep.push(at, end);
    at = end + 1 + draw(length >> (1 + draw(8)));
  }
  return keep;
}

test('whatever the pieces are, the body is of their bytes, one behind the other', async () => {
  const random = new Random(20_261_126);
  const draw = (below) => Math.floor(random.next() * Math.max(1, below));
  for (let round = 0; round < 60; round += 1) {
    const most = round % 2 ? WHOLE / 4 : 3 * WHOLE;
    const pieces = Array.from({ length: 1 + draw(4) }, () => {
      if (draw(3) === 0) return { made: 1 + draw(5000) };
      const read = 1 + draw(most);
      return { read, keep: draw(3) ? runs(draw, read) : [0, read] };
    });
    const answer = await ask(pieces);
    assert.equal(answer.status, 200, String(answer.body));
    assert.ok(answer.body.equals(expected(pieces)), JSON.stringify(pieces));
  }
});

test('a small body of which storage breaks off is an error before its first byte', async () => {
  for (const keep of [
    [0, 90_000],
    [10, 20, 80_000, 90_000],
  ]) {
    const answer = await ask([{ made: 100 }, { read: 90_000, keep, sent: 60_000 }]);
    assert.equal(answer.status, 503);
  }
});

test('a large body of which storage breaks off breaks off, and is no whole answer', async () => {
  const read = 4 * WHOLE;
  for (const keep of [
    [0, read],
    [10, 20, read - 20, read - 10],
  ])
    await assert.rejects(ask([{ made: 100 }, { read, keep, sent: read - 1000 }]), `${keep} came as if it were whole`);
});
