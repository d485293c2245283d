// The Worker's entry. A request whose plan needs nothing more than one read is carried out here, with the plan out of one
// call into WebAssembly. All others take the way of src/edge/mod.rs. Where the Cache API is in use, it is asked first.
//
// There is one definition of what is read and of what headers say: the plan. See "The way of a request" in
// docs/design.md.

// @ts-expect-error A build puts the Worker there.
import { failure, fetch as answer, plan, queue } from 'worker';
import { find, keep } from './cache-api.js';
import { called } from './called.js';

/** @typedef {{bucket: string, key: string, end: number, options: object}} Read of a part of one version of an object */
/** @typedef {{status: number, headers: Record<string, string>, read?: Read, text?: string}} Plan */

export default {
  /**
   * @param {Request} request
   * @param {Record<string, any>} env
   * @param {{waitUntil: (promise: Promise<unknown>) => void}} context
   */
  async fetch(request, env, context) {
    const asked = linesOf(request);
    const first = planned(asked, request, false, env, context);
    if (!first?.lookup) return respond(first, asked, request, env, context);
    const hit = await find(first.lookup, asked, env);
    if (hit) return hit;
    const askedNow = linesOf(request);
    const plan = planned(askedNow, request, true, env, context);
    const response = await respond(plan, askedNow, request, env, context);
    keep(first.lookup, response, context);
    return response;
  },

  queue,
};

/**
 * A request in lines, as src/edge/lines.rs reads them.
 * @param {Request} request
 */
function linesOf({ method, url, headers }) {
  const header = (name) => headers.get(name) ?? '';
  return `${method}\n${url}\n${header('if-match')}\n${header('if-none-match')}\n${header('if-range')}\n${header('range')}\n${Date.now()}`;
}

/** What src/edge/entry.rs says is to be done; undefined where only the long way knows. */
function planned(asked, request, hasLooked, env, context) {
  const json = called(plan, asked, request, hasLooked, env, context);
  return json && JSON.parse(json);
}

/** The response that a plan is of, or the one that the long way comes to. */
async function respond(plan, asked, request, env, context) {
  const response = plan && (await carriedOut(plan, asked, env));
  return response ?? answer(request, env, context);
}

/**
 * The response that a plan is of; none if what it reads is not there, or not of that version any more.
 * @param {Plan} plan
 * @param {string} asked
 * @param {Record<string, any>} env
 * @returns {Promise<Response | undefined>}
 */
async function carriedOut({ status, headers, read, text }, asked, env) {
  if (!read) return new Response(text || null, { status, headers });
  const begun = Date.now();
  let object;
  try {
    object = await env[read.bucket].get(read.key, read.options);
  } catch (error) {
    const json = called(failure, asked, read.key, String(error));
    return json && refused(JSON.parse(json), begun);
  }
  if (!object?.body) return undefined;
  // A shorter object cannot be that version.
  if (object.size < read.end) return void (await object.body.cancel());
  timed(headers, begun);
  return new Response(object.body, { status, headers });
}

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
