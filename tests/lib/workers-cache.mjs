// A front for the Worker that plays Workers Cache, which this machine has not got: before the entrypoint `Origin` and before
// no other, by path and query alone, whole answers that say so, purged by the entrypoint itself. It logs what it is asked.
import { deliveredTo } from './delivered.mjs';

export const WORKERS_CACHE = `
import Worker, { Origin as Inner } from './index.js';

const kept = new Map();
const isPurged = ({ tags = [], pathPrefixes = [] }, [key, { tag }]) =>
  tags.includes(tag) || pathPrefixes.some((prefix) => key.startsWith(prefix));
const cache = {
  async purge(what) {
    console.log('purged ' + JSON.stringify(what));
    for (const each of kept) if (isPurged(what, each)) kept.delete(each[0]);
    return { success: true };
  },
};

export class Origin extends Inner {
  constructor(ctx, env) {
    Object.defineProperty(ctx, 'cache', { value: cache });
    super(ctx, env);
  }

  async fetch(request) {
    const { pathname, search } = new URL(request.url);
    const key = pathname + search;
    console.log('asked ' + request.method + ' ' + key + ' ' + JSON.stringify([...request.headers.keys()]));
    const range = /^bytes=(\\d+)-(\\d+)$/.exec(request.headers.get('range') ?? '');
    const status = kept.has(key) ? 'HIT' : 'MISS';
    if (!kept.has(key)) {
      const headers = new Headers(request.headers);
      headers.delete('range');
      const answer = await super.fetch(new Request(request.url, { headers, redirect: 'manual' }));
      const body = await answer.arrayBuffer();
      const own = { status: answer.status, headers: [...answer.headers], body, tag: answer.headers.get('cache-tag') };
      if (!/^public, max-age=/.test(answer.headers.get('cache-control'))) return given(own, 'BYPASS', range);
      kept.set(key, own);
    }
    return given(kept.get(key), status, range);
  }
}

function given({ status, headers, body }, said, range) {
  const response = new Response(status === 304 ? null : body, { status, headers });
  response.headers.set('cf-cache-status', said);
  if (!range || status !== 200) return response;
  const [from, to] = [Number(range[1]), Number(range[2]) + 1];
  response.headers.set('content-length', String(to - from));
  response.headers.set('content-range', 'bytes ' + from + '-' + (to - 1) + '/' + body.byteLength);
  return new Response(body.slice(from, to), { status: 206, headers: response.headers });
}
${deliveredTo('Worker')}`;
