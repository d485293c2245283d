// The Worker to compare with: what one would write by hand to serve these fragments and no others.
// It finds them by arithmetic, and otherwise answers as millrace does: the same read of the same bucket
// under the same condition, the same headers, the same question to the Cache API where that is in use.
import { ETAG, PRESENTATION, STREAMS, etagOf, rangeAt } from './layout.mjs';

const FRAGMENT = /\.ism(?:\/[0-9a-f]{16})?\/QualityLevels\((\d+)\)\/Fragments\((\w+)=(\d+)\)$/;

export default {
  async fetch(request, env) {
    if (request.method !== 'GET' && request.method !== 'HEAD') return new Response('only GET\n', { status: 405 });
    if (env.USES_CACHE) {
      const begun = Date.now();
      // @ts-expect-error Only the runtime has it.
      const found = await caches.default.match(request.url);
      if (found) {
        const hit = new Response(found.body, found);
        hit.headers.set('server-timing', `cache;desc="hit";dur=${Date.now() - begun}`);
        return hit;
      }
    }
    const [, bitrate, name, start] = FRAGMENT.exec(request.url) ?? [];
    const stream = STREAMS[name];
    if (stream?.bitrate !== Number(bitrate)) return new Response('no such level\n', { status: 404 });

    const range = rangeAt(stream, Number(start));
    const etag = etagOf(range);
    const headers = {
      'access-control-allow-origin': '*',
      'access-control-expose-headers': 'Content-Length, Content-Range, Date, ETag, Retry-After, Server-Timing',
      'timing-allow-origin': '*',
      'cache-tag': PRESENTATION,
      etag,
      'cache-control': 'public, max-age=31536000, immutable',
    };
    if (request.headers.get('if-none-match') === etag) return new Response(null, { status: 304, headers });

    headers['content-type'] = stream.type;
    headers['content-length'] = String(range.length);
    headers['accept-ranges'] = 'bytes';
    if (request.method === 'HEAD') return new Response(null, { headers });

    const begun = Date.now();
    const object = await env.MEDIA.get(stream.key, { range, onlyIf: { etagMatches: ETAG } });
    if (!object?.body) return new Response('storage cannot answer right now\n', { status: 503 });
    headers['server-timing'] = `index;desc="memory";dur=0, storage;dur=${Date.now() - begun}`;
    return new Response(object.body, { headers });
  },
};
