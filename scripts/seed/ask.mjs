// Has the Worker index presentations, as their first viewers would.
import { step } from '../lib/step.mjs';

/** How many are asked for at once: two builds are as many as an isolate makes, and what is indexed takes no time. */
const AT_ONCE = 4;

/**
 * Asks for each manifest once. Those that do not come are reported.
 * @param {string[]} manifests URLs
 * @returns {Promise<number>} how many did not come
 */
export async function indexAll(manifests) {
  const failures = [];
  await step('Indexing', async (report) => {
    let next = 0;
    const ask = async () => {
      while (next < manifests.length) {
        const url = manifests[next++];
        report(next / manifests.length, url);
        const response = await fetch(url);
        const text = await response.text();
        if (!response.ok) failures.push(`${url} answers ${response.status}: ${text.slice(0, 300).trim()}`);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, ask));
    const count = manifests.length - failures.length;
    return { note: `${count} of ${manifests.length} presentation${manifests.length > 1 ? 's' : ''}` };
  });
  for (const failure of failures) console.error(failure);
  return failures.length;
}
