// The Worker's entry. A request whose plan needs nothing more than reads of R2, or whose answer is made with the plan, is
// carried out here, with the plan out of one call into WebAssembly; a second one, where what is stored decides how the answer
// is made. All others take the way of src/edge/mod.rs. Where the Cache API is in use, it is asked first; where there is a
// gateway, whoever passes is answered by the second entrypoint, `Origin`, or by the cache in front of that.
//
// There is one definition of what is read and of what headers say: the plan. See "The way of a request" in
// docs/design.md.

import { WorkerEntrypoint } from 'cloudflare:workers';
// @ts-expect-error A build puts the Worker there.
import { answer_inside, bring, failure, fetch as answer, hit, learn, made, plan, plan_inside, queue } from 'worker';
import { find, keep } from './cache-api.js';
import { called } from './called.js';
import { begin, frontsOf, giveUp } from './fronts.js';
import { passOn } from './gateway.js';
import { bodyOf } from './pieces.js';
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
    const asked = linesOf(request);
    let next = planned(OUTSIDE, asked, request, false, env, context);
    if (next?.learns) {
      await called(learn, asked, request, env, context);
      next = planned(OUTSIDE, asked, request, false, env, context);
      if (next?.learns) return answer(request, env, context);
    }
    if (next?.passage) return passOn(next.passage, request, context, (passed, it) => recorded(passed, it, env));
    return served(OUTSIDE, next, asked, request, env, context);
  },

  queue,
};

/** What stands behind the gateway: it asks nobody who they are. Workers Cache stands in front of it. */
export class Origin extends WorkerEntrypoint {
  /** @param {Request} request */
  async fetch(request) {
    const { env, ctx } = this;
    const asked = linesOf(request);
    return served(INSIDE, planned(INSIDE, asked, request, false, env, ctx), asked, request, env, ctx);
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

/** Takes note of what Workers Cache answered to a request of the gateway's. */
function recorded(passed, { status, headers, body }, env) {
  called(hit, linesOf(passed), passed, status, body ? Number(headers.get('content-length')) : 0, env);
}

/** The response to a request whose first plan this is. The Cache API is looked into where that says so. */
async function served(door, first, asked, request, env, context) {
  if (!first?.lookup) return respond(door, first, asked, request, env, context);
  const found = await find(first.lookup, asked, request, env);
  if (found) return found;
  const askedNow = linesOf(request);
  const plan = planned(door, askedNow, request, true, env, context);
  const response = await respond(door, plan, askedNow, request, env, context);
  keep(first.lookup, response, context);
  return response;
}

/**
 * A request in lines, as src/edge/lines.rs reads them.
 * @param {Request} request
 */
function linesOf({ method, url, headers }) {
  const header = (name) => headers.get(name) ?? '';
  return `${method}\n${url}\n${header('if-match')}\n${header('if-none-match')}\n${header('if-range')}\n${header('range')}\n${Date.now()}`;
}

/** What src/edge/entry.rs says is to be done; undefined where only the long way knows. */
function planned(door, asked, request, hasLooked, env, context) {
  const json = called(door.plan, asked, request, hasLooked, env, context);
  return json && JSON.parse(json);
}

/** The response that a plan is of, or the one that the long way comes to. */
async function respond(door, plan, asked, request, env, context) {
  const response = plan && (await carriedOut(door, plan, asked, request, env, context));
  return response ?? door.answer(request, env, context);
}

/**
 * The response that a plan is of, right after it was made; none if what it reads is not there, or not of that version
 * any more.
 * @param {Door} door
 * @param {Plan & {fronts?: import('./fronts.js').Fronts}} plan
 * @param {string} asked
 * @param {Request} request
 * @param {Record<string, any>} env
 * @param {Record<string, any>} context
 * @returns {Promise<Response | undefined>}
 */
async function carriedOut(door, plan, asked, request, env, context) {
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
    const next = planned(door, asked, request, true, env, context);
    if (next?.body) return await assembled(next, fragments, begun, env, context);
    giveUp(fragments);
    return undefined;
  } catch (error) {
    const json = called(failure, asked, keyOf(plan), String(error));
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
  (read ?? fronts?.transfers[0].read ?? body.pieces.find((piece) => piece.read).read).key;

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
