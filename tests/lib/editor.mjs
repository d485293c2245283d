// An editor who replaces a film's files while it is watched: in every order, all or some, with and without publishing.
import { INDEXES, asOperator } from './admin.mjs';
import { FILM } from './editions.mjs';

/** Keys in the order they are put: those in one step at once. */
const ORDERS = [
  (ism, media) => [media, [ism]],
  (ism, media) => [[ism], media],
  (ism, media, random) => random.shuffled([ism, ...media]).map((key) => [key]),
  (ism, media, random) => [random.shuffled([ism, ...media]).slice(0, (media.length + 1) / 2)],
  (ism, media) => [[ism, ...media]],
];

/** What is asked of the admin API on the way, and what it may say: done, or that files have changed again. */
const ORDERED = [
  undefined,
  undefined,
  { method: 'DELETE', allowed: [200] },
  { method: 'PUT', allowed: [200, 503] },
  { method: 'PUT', isPublished: true, allowed: [200, 409] },
];

/**
 * Replaces files by those of `edition`.
 * @param {import('./stage.mjs').Stage} stage
 * @param {(answers: number) => Promise<void>} wait until viewers have had as many more
 */
export async function replace(stage, edition, random, wait) {
  const [ism, ...media] = edition.files.keys();
  const steps = random.pick(ORDERS)(ism, media, random);
  const order = random.pick(ORDERED);
  const orderedAt = random.between(0, steps.length);
  for (const [at, keys] of [...steps, []].entries()) {
    if (order && at === orderedAt) await give(random.pick(stage.places), edition, order);
    await Promise.all(keys.map((key) => stage.put(key, edition.files.get(key))));
    await wait(random.between(0, 60));
  }
}

/** Has the index of `edition`, all of whose files are in place, published. */
export const publish = (place, edition) => give(place, edition, { method: 'PUT', isPublished: true, allowed: [200] });

async function give(place, edition, { method, isPublished, allowed }) {
  const { status, text } = await asOperator(place)(
    method,
    `${INDEXES}/${FILM}`,
    isPublished ? edition.index : undefined,
  );
  if (!allowed.includes(status)) throw new Error(`${method} of an index: ${status} ${text}`);
}
