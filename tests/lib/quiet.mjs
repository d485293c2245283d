// Until whoever has just stored an index is done: it lists its pages, and looks again whether its files are there.
import { setTimeout } from 'node:timers/promises';

/** Waits until `asked`, the requests that there have been so far or since it was last called, stay the same for a moment. */
export async function quiet(asked) {
  for (let before, now = asked(); now !== before; now = asked()) {
    before = now;
    await setTimeout(200);
  }
}
