// What is begun side by side: all of it, or nothing.

/**
 * The lists that all of these come to, one behind the other; none if one comes to nothing, or fails. What others came to is given
 * up then.
 * @template T
 * @param {(Promise<T[] | undefined> | T[] | undefined)[]} lists
 * @param {(given: T[]) => void} giveUp
 * @returns {Promise<T[] | undefined>}
 */
export async function together(lists, giveUp) {
  const settled = await Promise.allSettled(lists);
  const given = settled.map((each) => (each.status === 'fulfilled' ? each.value : undefined));
  if (given.every((list) => list)) return given.flat();
  giveUp(given.flatMap((list) => list ?? []));
  for (const each of settled) if (each.status === 'rejected') throw each.reason;
  return undefined;
}
