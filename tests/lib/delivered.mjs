// Fronts that stand in place of the Worker, deliver messages to it as a queue would; one tells how much memory the wasm
// has taken so far. A queue's own retries wait; these come when a test wants them.
import { WATCHED } from './watched.mjs';

/** The entrypoint that delivers messages to `Worker`, and hands all else to `first`: names in the module that this is part of. */
export const deliveredTo = (first) => `
export default {
  async fetch(request, env, ctx) {
    if (new URL(request.url).pathname !== '/deliver') return ${first}.fetch(request, env, ctx);
    const messages = (await request.json()).map((body, id) => {
      const message = { id: String(id), timestamp: new Date(), attempts: 1, body, became: 'nothing' };
      return Object.assign(message, { ack: () => (message.became = 'done'), retry: () => (message.became = 'again') });
    });
    const batch = { queue: 'millrace-events', messages, ackAll() {}, retryAll: () => messages.forEach((message) => message.retry()) };
    await Worker.queue(batch, env, ctx);
    return Response.json(messages.map(({ became }) => became));
  },
};`;

export const DELIVERED = `${WATCHED.replace('export default', 'const Watched =')}${deliveredTo('Watched')}`;

/** Delivers messages together; gives back those of them that are to come again. */
export async function deliver(worker, bodies) {
  // Not as a viewer asks, whose patience is short: a batch may take minutes.
  const answer = await fetch(new URL('deliver', worker.url), { method: 'POST', body: JSON.stringify(bodies) });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${answer.status}: ${text}`);
  const became = JSON.parse(text);
  if (!became.every((one) => ['done', 'again'].includes(one))) throw new Error(text);
  return bodies.filter((_, at) => became[at] === 'again');
}
