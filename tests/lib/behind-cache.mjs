// The Worker behind a Workers Cache that logs what it is told to purge.
import Worker from '../../build/index.js';

function withCache(ctx) {
  Object.defineProperty(ctx, 'cache', {
    value: { purge: async (what) => console.log(`purged ${JSON.stringify(what)}`) },
  });
  return ctx;
}

export default {
  fetch: (request, env, ctx) => Worker.fetch(request, env, withCache(ctx)),
  queue: (batch, env, ctx) => Worker.queue(batch, env, withCache(ctx)),
};
