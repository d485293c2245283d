// The gateway: viewers ask the entrypoint `default`, which is not cached, and whoever passes is answered by `Origin`, which
// is. Nobody reaches `Origin` but this Worker: it has no address.

import { CONDITIONS } from './lines.js';

/** @typedef {{url: string, isPrivate: boolean, audience?: Record<string, string>}} Passage what a viewer that passes is answered
 *   with; whether others may not pass; and where hits are recorded, who it is */

/** What Workers Cache says of answers that it had. */
const HITS = ['HIT', 'STALE', 'UPDATING'];

/**
 * What `Origin`, or the cache in front of it, answers. Of the viewer it learns the range and the versions that are wanted, and
 * what figures tell of it, which is in no key: the URL has no token, and there is no cookie.
 * @param {Passage} passage
 * @param {Request} request
 * @param {Record<string, any>} context
 * @param {(asked: Request, hit: Response) => void} record takes note of an answer that the cache had
 */
export async function passOn({ url, isPrivate, audience }, { method, headers }, { exports }, record) {
  const wanted = new Headers(audience);
  for (const name of CONDITIONS) if (headers.has(name)) wanted.set(name, headers.get(name));
  const asked = new Request(url, { method, headers: wanted, redirect: 'manual' });
  const answer = await exports.Origin.fetch(asked);
  if (audience && HITS.includes(answer.headers.get('cf-cache-status'))) record(asked, answer);
  if (!isPrivate) return answer;
  const own = new Response(answer.body, answer);
  own.headers.set('cache-control', (answer.headers.get('cache-control') ?? 'no-store').replace('public', 'private'));
  return own;
}
