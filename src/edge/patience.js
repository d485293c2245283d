// Bodies that are read here, and for how long their bytes are waited for.

/** A reader that is given the memory to read into. */
export const readerOf = (stream) => stream.getReader({ mode: 'byob' });

/** As many bytes as `view` has, in the memory that it is of, which is another buffer's then. */
export async function fill(reader, view) {
  const { length } = view;
  const { value } = await reader.readAtLeast(length, view);
  if (value?.length !== length) throw new Error('its body ended too early');
  return value;
}

/**
 * What a promise comes to, if it does in time.
 * @template T
 * @param {number} ms
 * @param {Promise<T>} promise
 * @param {string} [why] it did not
 * @returns {Promise<T>}
 */
export async function within(ms, promise, why = 'its body stopped coming') {
  let timer;
  /** @type {Promise<never>} */
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(why)), ms);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
