// KV, R2 and the Cache API as the runtime speaks to them, in a process of its own: answers lie ready in memory, and
// every call is counted. Its parent asks for the counts over IPC.
//
// KV: `GET /<key>?urlencoded=true`. R2: see objects.mjs. The Cache API: `GET` of what is cached, with
// `Cache-Control: only-if-cached`; it has every fragment.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { listen } from '../tests/lib/http.mjs';
import { PRESENTATION, STREAMS, etagOf, rangeAt } from './layout.mjs';
import { answerR2, media } from './objects.mjs';

const [indexKey, indexFile, port] = process.argv.slice(2);
const index = readFileSync(indexFile);

const counts = { r2: 0, kv: 0, cache: 0, wrong: 0 };

const server = createServer((request, response) => {
  const asked = request.headers['cf-r2-request'];
  if (asked) return r2(String(asked), response);
  if (request.headers['cache-control'] === 'only-if-cached') return cached(request.url, response);
  counts.kv += 1;
  if (request.url.startsWith(`/${encodeURIComponent(indexKey)}?`)) return response.end(index);
  response.writeHead(404).end();
});

function r2(asked, response) {
  counts.r2 += 1;
  if (!answerR2(asked, response)) counts.wrong += 1;
}

function cached(url, response) {
  counts.cache += 1;
  const [, name, start] = /Fragments\((\w+)=(\d+)\)$/.exec(decodeURIComponent(url)) ?? [];
  const stream = STREAMS[name];
  if (!stream) return response.writeHead(504, { 'cf-cache-status': 'MISS' }).end();
  const range = rangeAt(stream, Number(start));
  response.writeHead(200, {
    'cf-cache-status': 'HIT',
    'cache-control': 'public, max-age=31536000, immutable',
    'cache-tag': PRESENTATION,
    'content-type': stream.type,
    'content-length': range.length,
    etag: etagOf(range),
  });
  response.end(media(range));
}

server.keepAliveTimeout = 120_000;
listen(server, Number(port)).then((taken) => process.send({ port: taken }));
process.on('message', () => process.send({ ...counts }));
process.on('disconnect', () => process.exit());
