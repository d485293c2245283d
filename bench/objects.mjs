// The objects that benches read from R2: there is every object, of one version, with any bytes.
import { ETAG } from './layout.mjs';
import { r2Answer, r2Asked } from './r2.mjs';

const OBJECT_SIZE = 2 ** 33;

/** The byte at offset `n` of every stored object is that of `MEDIA` at `n % PERIOD`. */
const PERIOD = 65_521;
const LONGEST = 1 << 20;
const MEDIA = Buffer.alloc(
  PERIOD + LONGEST,
  Uint8Array.from({ length: PERIOD }, (_, n) => (n * 31 + (n >> 8)) & 0xff),
);

/** The bytes of a range of any object. */
export const media = ({ offset, length }) => MEDIA.subarray(offset % PERIOD, (offset % PERIOD) + length);

/**
 * Answers what is asked of R2, if it is a range of the version that there is.
 * @param {string} header what `CF-R2-Request` says
 * @param {import('node:http').ServerResponse} response
 * @returns {boolean} whether it is
 */
export function answerR2(header, response) {
  const asked = r2Asked(header);
  if (!(asked?.length <= LONGEST) || asked.etag !== ETAG) {
    response.writeHead(400).end();
    return false;
  }
  const { head, headers } = r2Answer(asked, { size: OBJECT_SIZE, etag: ETAG });
  response.writeHead(200, headers);
  response.write(head);
  response.end(media({ offset: asked.start, length: asked.length }));
  return true;
}
