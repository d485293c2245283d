// The Worker behind a Workers Cache that logs what it is told to purge.
import Worker from '../../build/index.js';

export default class extends Worker {
  constructor(ctx, env) {
    Object.defineProperty(ctx, 'cache', {
      value: { purge: async (what) => console.log(`purged ${JSON.stringify(what)}`) },
    });
    super(ctx, env);
  }
}
