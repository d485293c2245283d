// A body that is passed on no faster than a bucket allows.

/**
 * @param {ReadableStream<Uint8Array>} body
 * @param {import('./bucket.js').Bucket} bucket
 * @param {{passed: (count: number) => void, ended: (failure?: unknown) => void}} told
 * @returns {ReadableStream<Uint8Array>} the same bytes
 */
export function paced(body, bucket, told) {
  const reader = body.getReader();
  /** @type {Uint8Array} */
  let rest = new Uint8Array();
  let isGone = false;
  return new ReadableStream(
    {
      async pull(controller) {
        try {
          if (rest.length === 0) {
            const { done, value } = await reader.read();
            if (done) {
              controller.close();
              return told.ended();
            }
            rest = value;
          }
          if (rest.length === 0) return;
          const granted = await bucket.take(rest.length, () => isGone);
          controller.enqueue(rest.subarray(0, granted));
          rest = rest.subarray(granted);
          told.passed(granted);
        } catch (failure) {
          if (isGone) return;
          controller.error(failure);
          told.ended(failure);
        }
      },
      cancel(reason) {
        isGone = true;
        told.ended(reason ?? 'given up');
        return reader.cancel(reason);
      },
    },
    // Nothing is read ahead of the line.
    { highWaterMark: 0 },
  );
}
