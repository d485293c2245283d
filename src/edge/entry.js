// The Worker's entry. A request whose plan needs nothing more than one read is carried out here, with the plan out of one
// call into WebAssembly. All others take the way of src/edge/mod.rs.
//
// There is one definition of what is read and of what headers say: the plan. See "The way of a request" in
// docs/design.md.

// @ts-expect-error A build puts the Worker there.
import Worker from 'worker';

const { plan, failure } = Worker.prototype;

export default {
  /**
   * @param {Request} request
   * @param {Record<string, any>} env
   * @param {object} context
   */
  async fetch(request, env, context) {
    const asked = linesOf(request);
    const planned = called(plan, asked);
    const answer = planned && (await carriedOut(planned, asked, env));
    return answer ?? new Worker(context, env).fetch(request);
  },

  queue: (batch, env, context) => new Worker(context, env).queue(batch),
};

/** A request in lines, as src/edge/at_once.rs reads them. */
function linesOf({ method, url, headers }) {
  const header = (name) => headers.get(name) ?? '';
  return `${method}\n${url}\n${header('if-match')}\n${header('if-none-match')}\n${header('if-range')}\n${header('range')}\n${Date.now()}`;
}

/** What a function of WebAssembly returns. A trap leaves it in no state to go on with: whoever listens starts it anew. */
function called(exported, ...given) {
  try {
    return exported(...given);
  } catch (error) {
    reportError(error);
    return undefined;
  }
}

/**
 * The response that a plan is of; none if what it reads is not there, or not of that version any more.
 * @param {string} planned
 * @param {string} asked
 * @param {Record<string, any>} env
 * @returns {Promise<Response | undefined>}
 */
async function carriedOut(planned, asked, env) {
  const [status, binding, key, etag, start, length, ...lines] = planned.split('\n');
  const init = { status: Number(status), headers: headersOf(lines) };
  if (!binding) return new Response(null, init);
  const begun = Date.now();
  const range = { offset: Number(start), length: Number(length) };
  let object;
  try {
    object = await env[binding].get(key, { range, onlyIf: { etagMatches: etag } });
  } catch (error) {
    const refused = called(failure, asked, key, String(error));
    return refused && refusal(refused, begun);
  }
  if (!object?.body) return undefined;
  // A shorter object cannot be that version.
  if (object.size < range.offset + range.length) return void (await object.body.cancel());
  timed(init.headers, begun);
  return new Response(object.body, init);
}

/** The response that says why there is no better one, in the lines of a plan and a text behind an empty line. */
function refusal(refused, begun) {
  const end = refused.indexOf('\n\n', refused.indexOf(': '));
  const [status, , , , , , ...lines] = refused.slice(0, end).split('\n');
  const headers = headersOf(lines);
  timed(headers, begun);
  return new Response(refused.slice(end + 2), { status: Number(status), headers });
}

function headersOf(lines) {
  const headers = {};
  for (const line of lines) {
    const colon = line.indexOf(': ');
    headers[line.slice(0, colon)] = line.slice(colon + 2);
  }
  return headers;
}

/** Says how long storage was waited for. */
function timed(headers, begun) {
  headers['server-timing'] += `, storage;dur=${Date.now() - begun}`;
}
