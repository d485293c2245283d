// Waits until the Worker is done after it has stored an index: it then lists pages and looks at the files again.
import { setTimeout } from 'node:timers/promises';

/** Waits until `asked`, the requests that there have been so far or since it was last called, stay the same for a moment. */
export async function quiet(asked) {
  for (let before, now = asked(); now !== before; now = asked()) {
    before = now;
    await setTimeout(200);
  }
}
