// R2 as the runtime speaks to it: `GET /` with what is wanted as JSON in `CF-R2-Request`; the answer is `CF-R2-Metadata-Size` bytes
// of JSON and then the object's.

/** @typedef {{key: string, start: number, length: number, etag?: string}} Asked a read of a part of one version of an object */

/**
 * What is asked for by this header; nothing if it is anything but a read by range.
 * @param {string} header
 * @returns {Asked | undefined}
 */
export function r2Asked(header) {
  const { method, object, range, onlyIf } = JSON.parse(header);
  if (method !== 'get' || !range) return undefined;
  const [only] = [onlyIf?.etagMatches ?? []].flat();
  return { key: object, start: Number(range.offset), length: Number(range.length), etag: only?.value ?? only };
}

/**
 * What comes before the bytes of an answer, and the headers of it.
 * @param {Asked} asked
 * @param {{size: number, etag: string}} object
 */
export function r2Answer({ key, start, length }, { size, etag }) {
  const head = Buffer.from(
    JSON.stringify({
      name: key,
      version: 'v1',
      size: String(size),
      etag,
      uploaded: '1700000000000',
      httpFields: {},
      customFields: [],
      range: { offset: String(start), length: String(length) },
      checksums: {},
      storageClass: 'Standard',
    }),
  );
  return { head, headers: { 'cf-r2-metadata-size': head.length, 'content-length': head.length + length } };
}
