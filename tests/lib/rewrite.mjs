// Media files as other producers write them, made from those that ffmpeg writes: each fragment edited,
// and whatever counts its bytes put right again.

const TFXD = Buffer.from('6d1d9b0542d544e680e2141daff757b2', 'hex');
const CONTAINERS = new Set(['moof', 'traf', 'mfra']);

/**
 * The file with every `moof` and `mdat` pair put through `edit`, and `tfra` pointing at where they are now.
 * @param {Buffer} file
 * @param {(moof: Buffer, mdat: Buffer) => Buffer} edit
 * @param {(moov: Buffer) => Buffer} [editMoov]
 */
export function rewrite(file, edit, editMoov = (moov) => moov) {
  const pieces = [];
  const moved = new Map();
  let position = 0;
  const put = (bytes) => {
    pieces.push(bytes);
    position += bytes.length;
  };
  const boxes = [...boxesOf(file)];
  for (let at = 0; at < boxes.length; at++) {
    const { type, bytes, start } = boxes[at];
    if (type === 'moof') {
      moved.set(start, position);
      put(edit(bytes, boxes[++at].bytes));
    } else {
      put(type === 'mfra' ? repointed(bytes, moved) : type === 'moov' ? editMoov(bytes) : bytes);
    }
  }
  return Buffer.concat(pieces);
}

/** As Microsoft's own tools write: the fragments say nothing of their time, only the `mfra` does. */
export const withoutTfxd = (file) => rewrite(file, (moof, mdat) => Buffer.concat([dropTfxd(moof), mdat]));

/** A `moof` without its `tfxd`; its first sample stays where it was, behind it. */
export function dropTfxd(moof) {
  const isTfxd = ({ type, bytes }) => type === 'uuid' && bytes.subarray(8, 24).equals(TFXD);
  const shorter = filtered(moof, (box) => !isTfxd(box));
  return shifted(shorter, shorter.length - moof.length);
}

/** With the size of every `mdat` in 64 bits. */
export const withWideMdat = (file) =>
  rewrite(file, (moof, mdat) => {
    const header = Buffer.alloc(16);
    header.writeUInt32BE(1);
    header.write('mdat', 4);
    header.writeBigUInt64BE(BigInt(mdat.length + 8), 8);
    return Buffer.concat([shifted(moof, 8), header, mdat.subarray(8)]);
  });

/** Without the table at its end. */
export const withoutMfra = (file) =>
  Buffer.concat([...boxesOf(file)].filter(({ type }) => type !== 'mfra').map(({ bytes }) => bytes));

/** With `trun` of version 0 whose composition offsets are negative all the same, as Azure writes them. */
export const withSignedVersion0 = (file) =>
  rewrite(file, (moof, mdat) => {
    const signed = Buffer.from(moof);
    for (const { start } of find(moof, 'trun')) signed.writeUInt8(0, start + 8);
    return Buffer.concat([signed, mdat]);
  });

/** The box that describes a codec in a file of one track: `dec3` and the like. */
export function codecBox(file, type) {
  const at = file.indexOf(type, 0, 'latin1') - 4;
  return file.subarray(at, at + file.readUInt32BE(at));
}

/** With `box` at the end of the sample entry of its only track, where a codec is described. */
export const withCodecBox = (file, box) =>
  rewrite(
    file,
    (moof, mdat) => Buffer.concat([moof, mdat]),
    (moov) => appended(moov, ['trak', 'mdia', 'minf', 'stbl', 'stsd', undefined], box),
  );

/**
 * `outer` with `box` at the end of the box to which `path` leads.
 * @param {Buffer} outer
 * @param {(string | undefined)[]} path types, or undefined for whichever is there
 * @param {Buffer} box
 */
export function appended(outer, [type, ...path], box) {
  const header = outer.toString('latin1', 4, 8) === 'stsd' ? 16 : 8;
  const inner = [...boxesOf(outer.subarray(header))].map((one) => {
    if (type !== undefined && one.type !== type) return one.bytes;
    return path.length > 0 ? appended(one.bytes, path, box) : sized(Buffer.concat([one.bytes, box]));
  });
  return sized(Buffer.concat([outer.subarray(0, header), ...inner]));
}

/** `moof` with the first sample of each run `by` bytes further on. */
export function shifted(moof, by) {
  const result = Buffer.from(moof);
  for (const { start } of find(moof, 'trun')) result.writeInt32BE(result.readInt32BE(start + 16) + by, start + 16);
  return result;
}

function repointed(mfra, moved) {
  const result = Buffer.from(mfra);
  for (const { start, bytes } of find(mfra, 'tfra')) {
    const wide = bytes[8] === 1;
    const lengths = bytes.readUInt32BE(16);
    const rest = [4, 2, 0].reduce((sum, shift) => sum + ((lengths >> shift) & 3) + 1, 0);
    for (let n = 0, at = start + 24; n < bytes.readUInt32BE(20); n++, at += (wide ? 16 : 8) + rest) {
      if (wide) result.writeBigUInt64BE(BigInt(moved.get(Number(result.readBigUInt64BE(at + 8)))), at + 8);
      else result.writeUInt32BE(moved.get(result.readUInt32BE(at + 4)), at + 4);
    }
  }
  return result;
}

/** The boxes of a type in `bytes`, however deep; `start` counts from the start of `bytes`. */
function* find(bytes, wanted, base = 0) {
  for (const { type, start, bytes: box } of boxesOf(bytes)) {
    if (type === wanted) yield { type, start: base + start, bytes: box };
    if (CONTAINERS.has(type)) yield* find(box.subarray(8), wanted, base + start + 8);
  }
}

/** A box, or a container of boxes, without those that `keep` refuses. */
function filtered(box, keep) {
  const type = box.toString('latin1', 4, 8);
  if (!CONTAINERS.has(type)) return box;
  const kept = [...boxesOf(box.subarray(8))].filter(keep).map(({ bytes }) => filtered(bytes, keep));
  return sized(Buffer.concat([box.subarray(0, 8), ...kept]));
}

/** A box whose header has the size that it has now. */
export function sized(box) {
  box.writeUInt32BE(box.length);
  return box;
}

export function* boxesOf(bytes) {
  for (let start = 0; start < bytes.length; ) {
    const size = bytes.readUInt32BE(start);
    const length = size === 1 ? Number(bytes.readBigUInt64BE(start + 8)) : size;
    if (length < 8 || start + length > bytes.length) throw new Error(`a box of ${length} bytes at ${start}`);
    yield { type: bytes.toString('latin1', start + 4, start + 8), start, bytes: bytes.subarray(start, start + length) };
    start += length;
  }
}
