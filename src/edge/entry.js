// The Worker's entry. A request whose plan needs nothing more than one read is carried out here, with the plan out of one
// call into WebAssembly. All others take the way of src/edge/mod.rs.
//
// There is one definition of what is read and of what headers say: the plan. See "The way of a request" in
// docs/design.md.

// @ts-expect-error A build puts the Worker there.
import Worker from 'worker';

const { plan } = Worker.prototype;

export default {
  /**
   * @param {Request} request
   * @param {Record<string, any>} env
   * @param {object} context
   */
  async fetch(request, env, context) {
    const planned = planOf(request);
    const answer = planned && (await carriedOut(planned, env));
    return answer ?? new Worker(context, env).fetch(request);
  },

  queue: (batch, env, context) => new Worker(context, env).queue(batch),
};

/** The plan of the answer, if it can be made at once. */
function planOf({ method, url, headers }) {
  const header = (name) => headers.get(name) ?? '';
  try {
    return plan(
      `${method}\n${url}\n${header('if-match')}\n${header('if-none-match')}\n${header('if-range')}\n${header('range')}\n${Date.now()}`,
    );
  } catch (error) {
    // A trap leaves WebAssembly in no state to go on with: whoever listens starts it anew.
    reportError(error);
  }
}

/**
 * The response that a plan is of; none if the store does not give what the plan reads.
 * @param {string} planned
 * @param {Record<string, any>} env
 */
async function carriedOut(planned, env) {
  const [status, binding, key, etag, offset, length, ...lines] = planned.split('\n');
  const headers = {};
  for (const line of lines) {
    const colon = line.indexOf(': ');
    headers[line.slice(0, colon)] = line.slice(colon + 2);
  }
  const init = { status: Number(status), headers };
  if (!binding) return new Response(null, init);
  const begun = Date.now();
  const body = await read(env[binding], key, etag, Number(offset), Number(length));
  if (!body) return undefined;
  headers['server-timing'] += `, storage;dur=${Date.now() - begun}`;
  return new Response(body, init);
}

/** Exactly these bytes of exactly this version, as a stream; nothing where they cannot be had. */
async function read(bucket, key, etag, offset, length) {
  try {
    const object = await bucket.get(key, { range: { offset, length }, onlyIf: { etagMatches: etag } });
    if (!object?.body) return undefined;
    // A shorter object cannot be that version.
    if (object.size >= offset + length) return object.body;
    await object.body.cancel();
  } catch {
    // It is tried once more, by those who know what to do about it.
  }
  return undefined;
}
