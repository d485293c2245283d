// The Cache API in front of the origin, where the runtime has no Workers Cache. What may be asked of it and what it may
// keep, src/origin/cache_rules.rs says.

// @ts-expect-error A build puts the Worker there.
import { keeps } from 'worker';
import { called } from './called.js';
import { record } from './hits.js';
import { Latest } from './latest.js';
import { CONDITIONS } from './lines.js';

/** @typedef {{key: string, headers?: Record<string, string>, statuses: number[], isRecorded: boolean, isPrivate: boolean, isForAll: boolean}} Lookup */

/**
 * Lookups that are the same whoever asks for a URL, and whenever, the latest: some two megabytes.
 * @type {Latest<string, Lookup>}
 */
const lookups = new Latest(4096);

/**
 * The lookup for a request, if it was made for the same URL before and is for all.
 * @param {Request} request
 * @returns {{lookup: Lookup} | undefined}
 */
export function knownLookup({ method, url, headers }) {
  const lookup = lookups.get(url);
  if (!lookup || method !== 'GET' || CONDITIONS.some((name) => headers.has(name))) return undefined;
  return { lookup };
}

/** Remembers the lookup for a URL, if it is for all. */
export function rememberLookup(url, lookup) {
  if (lookup.isForAll) lookups.set(url, lookup);
}

/**
 * What the cache has for a lookup, as this Worker answers it. A cache in trouble is one that has nothing.
 * @param {Lookup} lookup
 * @param {Request} request
 * @param {Record<string, any>} env
 * @returns {Promise<Response | undefined>}
 */
export async function find({ key, headers, statuses, isRecorded, isPrivate }, request, env) {
  const begun = Date.now();
  const question = headers ? new Request(key, { headers }) : key;
  // @ts-expect-error Only the runtime has it.
  const found = await caches.default.match(question).catch(() => undefined);
  if (!found) return undefined;
  // A body that is not going to be read is cancelled.
  if (!statuses.includes(found.status)) return void (await found.body?.cancel());
  const response = new Response(found.body, found);
  response.headers.set('server-timing', `cache;desc="hit";dur=${Date.now() - begun}`);
  if (isPrivate) say(response, 'public', 'private');
  if (isRecorded) record(request, found, env);
  return response;
}

/**
 * Has the cache keep a response that may be kept, which goes its own way meanwhile. One that breaks off is not kept: its
 * length was announced.
 * @param {Lookup} lookup
 * @param {Response} response
 * @param {{waitUntil: (promise: Promise<unknown>) => void}} context
 */
export function keep({ key, isPrivate }, response, context) {
  if (!called(keeps, response.status, response.headers.get('cache-control') ?? '')) return;
  const clone = response.clone();
  const shared = isPrivate ? new Response(clone.body, clone) : clone;
  // What is a viewer's own outside is shared here: the gate stands before this cache.
  if (isPrivate) say(shared, 'private', 'public');
  // @ts-expect-error Only the runtime has it.
  const kept = caches.default.put(key, shared);
  const warn = (error) => console.warn(JSON.stringify({ error: String(error), not_kept: key }));
  context.waitUntil(kept.catch(warn));
}

/** Says in a response's `Cache-Control` for whom it is. */
function say({ headers }, one, other) {
  headers.set('cache-control', (headers.get('cache-control') ?? '').replace(one, other));
}
