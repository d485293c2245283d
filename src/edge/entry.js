// The Worker's entry. A request whose plan needs nothing more than reads of R2, or whose answer is made with the plan, is
// carried out here, with the plan out of one call into WebAssembly; a second one, where what is stored decides how the answer
// is made. All others take the way of src/edge/mod.rs. Where the Cache API is in use, it is asked first; where there is a
// gateway, whoever passes is answered by the second entrypoint, `Origin`, or by the cache in front of that.
//
// There is one definition of what is read and of what headers say: the plan. See "The way of a request" in
// docs/design.md.

import { WorkerEntrypoint } from 'cloudflare:workers';
// @ts-expect-error A build puts the Worker there.
import { admitted, bring, failure, learn, made, plan, plan_inside, queue } from 'worker';
// @ts-expect-error Likewise.
import { answer_inside, fetch as answer } from 'worker';
import { find, keep, knownLookup, rememberLookup } from './cache-api.js';
import { called } from './called.js';
import { begin, frontsOf, giveUp } from './fronts.js';
import { passOn } from './gateway.js';
import { record } from './hits.js';
import { linesOf } from './lines.js';
import { bodyOf } from './pieces.js';
import { forget, fromRow, remember } from './rows.js';
import { opened } from './stored.js';

/** @typedef {import('./stored.js').Read} Read */
/** @typedef {import('./pieces.js').Body} Body */
/** @typedef {{status: number, headers: Record<string, string>, read?: Read, text?: string, isMade?: true, body?: Body}} Plan */

/**
 * A way in: how a request is planned, and how it is answered where that takes longer.
 * @typedef {object} Door
 * @property {(asked: string, request: Request, hasLooked: boolean, env: object, context: object) => string | undefined} plan
 * @property {(request: Request, env: object, context: object) => Promise<Response>} answer
 */

/** @type {Door} For viewers. */
const OUTSIDE = { plan, answer };
/** @type {Door} For who has passed the gateway. */
const INSIDE = { plan: (asked, _, ...rest) => plan_inside(asked, ...rest), answer: answer_inside };

export default {
  /**
   * @param {Request} request
   * @param {Record<string, any>} env
   * @param {Record<string, any>} context
   */
  async fetch(request, env, context) {
    let next = planned(OUTSIDE, request, false, env, context);
    if (next?.learns) {
      await called(learn, linesOf(request), request, env, context);
      next = planned(OUTSIDE, request, false, env, context);
      if (next?.learns) return answer(request, env, context);
    }
    if (next?.passage) return passOn(next.passage, request, context, (passed, it) => record(passed, it, env));
    return served(OUTSIDE, next, request, env, context);
  },

  queue,
};

/** What stands behind the gateway: it asks nobody who they are. Workers Cache stands in front of it. */
export class Origin extends WorkerEntrypoint {
  /** @param {Request} request */
  async fetch(request) {
    const { env, ctx } = this;
    return served(INSIDE, planned(INSIDE, request, false, env, ctx), request, env, ctx);
  }

  /**
   * Purges the cache in front of this entrypoint, which only it can: a purge is of the entrypoint that asks for it.
   * @param {object} what
   * @returns {Promise<object | null>} what the cache says of it; null if there is none
   */
  async purge(what) {
    const { cache } = this.ctx;
    return cache?.purge ? ((await cache.purge(what)) ?? { success: true }) : null;
  }
}

/** The response to a request whose first plan this is. The Cache API is looked into where that says so. */
async function served(door, first, request, env, context) {
  if (!first?.lookup) return respond(door, first, request, env, context);
  const found = await find(first.lookup, request, env);
  if (found) return found;
  const plan = planned(door, request, true, env, context);
  const response = await respond(door, plan, request, env, context);
  keep(first.lookup, response, context);
  return response;
}

/** What src/edge/entry.rs says is to be done, or has said with a fragment beside it; undefined where only the long way knows. */
function planned(door, request, hasLooked, env, context) {
  const admits = (url) => called(admitted, request.url, request, Date.now(), env) === url.length;
  const known = fromRow(request, hasLooked, admits) ?? (hasLooked ? undefined : knownLookup(request));
  if (known) return known;
  const json = called(door.plan, linesOf(request), request, hasLooked, env, context);
  const next = json && JSON.parse(json);
  if (next?.row) remember(next.row);
  if (next?.lookup) rememberLookup(request.url, next.lookup);
  return next;
}

/** The response that a plan is of, or the one that the long way comes to. */
async function respond(door, plan, request, env, context) {
  const response = plan && (await carriedOut(door, plan, request, env, context));
  if (plan && !response) forget(request.url);
  return response ?? door.answer(request, env, context);
}

/**
 * The response that a plan is of, right after it was made; none if what it reads is not there, or not of that version
 * any more.
 * @param {Door} door
 * @param {Plan & {fronts?: import('./fronts.js').Fronts}} plan
 * @param {Request} request
 * @param {Record<string, any>} env
 * @param {Record<string, any>} context
 * @returns {Promise<Response | undefined>}
 */
async function carriedOut(door, plan, request, env, context) {
  const { status, headers, read, text, isMade, body, fronts } = plan;
  if (isMade) {
    const bytes = called(made);
    return bytes && new Response(bytes, { status, headers });
  }
  const begun = Date.now();
  try {
    if (read) {
      const object = await opened(read, env);
      if (!object) return undefined;
      timed(headers, begun);
      return new Response(object.body, { status, headers });
    }
    if (body) return await assembled(plan, [], begun, env, context);
    if (!fronts) return new Response(text || null, { status, headers });
    const fragments = await begin(fronts, env);
    if (!fragments) return undefined;
    called(bring, fronts.generation, ...frontsOf(fragments, fronts.longest));
    const next = planned(door, request, true, env, context);
    if (next?.body) return await assembled(next, fragments, begun, env, context);
    giveUp(fragments);
    return undefined;
  } catch (error) {
    const json = called(failure, linesOf(request), keyOf(plan), String(error));
    return json && refused(JSON.parse(json), begun);
  }
}

/**
 * The response whose body is made of several pieces, some of them out of transfers that have begun.
 * @param {Plan} plan
 */
async function assembled({ status, headers, body }, fragments, begun, env, context) {
  const stream = await bodyOf(body, fragments, env, context);
  if (!stream) return undefined;
  timed(headers, begun);
  return new Response(stream, { status, headers });
}

/**
 * The first object that a plan reads.
 * @param {Plan & {fronts?: import('./fronts.js').Fronts}} plan
 */
const keyOf = ({ read, body, fronts }) =>
  (read ?? fronts?.transfers[0].read ?? body.pieces.find((piece) => piece.read).read).object.key;

/**
 * The response that says why there is no better one.
 * @param {Plan} plan
 * @param {number} begun
 */
function refused({ status, headers, text }, begun) {
  timed(headers, begun);
  return new Response(text, { status, headers });
}

/** Says how long storage was waited for. */
function timed(headers, begun) {
  headers['server-timing'] += `, storage;dur=${Date.now() - begun}`;
}
