// Reads how a fragment's samples are encrypted, from its `senc` or PIFF's box.
import { createDecipheriv } from 'node:crypto';
import { find, parse, readFragment } from './boxes.mjs';
import { samplesOf } from './progressive.mjs';

const PIFF = 'a2394f525a9b4f14a2446c427c648df4';
const HAS_SUBSAMPLES = 2;

/**
 * @typedef {{clear: number, encrypted: number}} Subsample in bytes
 * @param {Buffer} bytes a fragment
 * @param {number} [size] bytes of the vector that each sample has for itself
 * @returns {{offset: number, told: Buffer, vector: Buffer, subsamples: Subsample[]}[]} of each sample what is `told` of it,
 *   and where that lies in the fragment; nothing where there is no such box
 */
export function vectorsIn(bytes, size = 8) {
  const traf = find(find(parse(bytes).boxes, 'moof').boxes, 'traf').boxes;
  const senc = find(traf, 'senc');
  const box =
    senc ?? traf.find(({ type, usertype }) => type === 'uuid' && Buffer.from(usertype).toString('hex') === PIFF);
  if (!box) return [];
  let at = box._offset + (senc ? 8 : 24);
  const skip = (length) => {
    at += length;
    return at - length;
  };
  const take = (length) => bytes.readUIntBE(skip(length), length);
  const flags = take(4);
  const samples = Array.from({ length: take(4) }, () => {
    const offset = at;
    const vector = bytes.subarray(skip(size), at);
    const count = flags & HAS_SUBSAMPLES ? take(2) : 0;
    const subsamples = Array.from({ length: count }, () => ({ clear: take(2), encrypted: take(4) }));
    return { offset, told: bytes.subarray(offset, at), vector, subsamples };
  });
  if (at !== box._offset + box.size)
    throw new Error(`what it tells of its samples ends at ${at}, and the box at ${box._offset + box.size}`);
  return samples;
}

/** The samples of a fragment, decrypted (AES-CTR). */
export function decrypted(bytes, key) {
  const vectors = vectorsIn(bytes);
  return samplesOf(readFragment(bytes)).map((sample, number) => {
    const { vector, subsamples } = vectors[number];
    const cipher = createDecipheriv('aes-128-ctr', Buffer.from(key, 'hex'), Buffer.concat([vector, Buffer.alloc(8)]));
    if (subsamples.length === 0) return cipher.update(sample.bytes);
    let at = 0;
    const take = (length) => {
      at += length;
      return sample.bytes.subarray(at - length, at);
    };
    return Buffer.concat(subsamples.flatMap(({ clear, encrypted }) => [take(clear), cipher.update(take(encrypted))]));
  });
}
