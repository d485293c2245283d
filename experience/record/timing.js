// Reads `Server-Timing`: where the origin found the index (docs/monitor.md).

/** Where the index was found, the nearest first. */
export const PLACES = {
  cache: 'a cache had the answer',
  memory: 'the index was in the isolate’s memory',
  kv: 'the index was read from KV',
  built: 'the index was built from the file',
};

/**
 * @param {readonly {name: string, description: string, duration: number}[]} entries as `PerformanceServerTiming` has them
 * @returns {{place?: keyof typeof PLACES, indexMs?: number, storageMs?: number}}
 */
export function told(entries) {
  const [cache, index, storage] = ['cache', 'index', 'storage'].map((wanted) =>
    entries.find(({ name }) => name === wanted),
  );
  return {
    place: cache ? 'cache' : /** @type {keyof typeof PLACES} */ (index?.description),
    indexMs: index?.duration,
    storageMs: storage?.duration,
  };
}

/**
 * The header's text as entries.
 * @param {string | null | undefined} header
 */
export function parse(header) {
  return (header ?? '').split(',').map((entry) => {
    const [name, ...parameters] = entry.split(';').map((part) => part.trim());
    const value = (wanted) =>
      parameters
        .map((one) => one.split('='))
        .find(([key]) => key === wanted)?.[1]
        ?.replaceAll('"', '');
    return { name, description: value('desc') ?? '', duration: Number(value('dur') ?? 0) };
  });
}
