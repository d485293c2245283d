// Fragmented files as packagers write them that leave to the file what the client of a fragment would have to know: each
// takes a file of one track, whose runs say their offsets, the sizes of samples and when they are composed, or less.
import { boxesOf, rewrite, sized } from './rewrite.mjs';

/** Of what a `trun` says, in the order of its fields, those of each sample. */
const COLUMNS = [0x100, 0x200, 0x400, 0x800];
const FIRST_FLAGS = 0x4;
const DEFAULT_DURATION = 0x8;
const DEFAULT_SIZE = 0x10;
const DEFAULT_FLAGS = 0x20;

/** With the samples of each fragment in two runs, of which the second says nothing of flags of its first. */
export const inTwoRuns = (file) =>
  rewrite(file, (moof, mdat) => {
    const grown = inside(inside(moof, 'traf', halved), 'traf', moved(20));
    return Buffer.concat([grown, mdat]);
  });

/** With what the `tfhd`s say of all samples in the `trex`, and not in them. */
export function withDefaultsInMoov(file) {
  const [{ bytes: moof }] = [...boxesOf(file)].filter(({ type }) => type === 'moof');
  let said;
  const bare = (tfhd) => {
    const flags = tfhd.readUInt32BE(8);
    const columns = [DEFAULT_DURATION, DEFAULT_SIZE, DEFAULT_FLAGS].filter((flag) => flags & flag);
    said = columns.map((_, at) => tfhd.readUInt32BE(16 + 4 * at));
    if (columns.length !== 3) throw new Error(`its tfhd has flags ${flags.toString(16)}`);
    const shorter = Buffer.from(tfhd.subarray(0, 16));
    shorter.writeUInt32BE(flags & ~(DEFAULT_DURATION | DEFAULT_SIZE | DEFAULT_FLAGS), 8);
    return [sized(shorter)];
  };
  const lean = (traf) => [inside(traf, 'tfhd', bare)];
  inside(moof, 'traf', lean);
  const defaults = (trex) => {
    const told = Buffer.from(trex);
    for (const [at, value] of said.entries()) told.writeUInt32BE(value, 20 + 4 * at);
    return [told];
  };
  return rewrite(
    file,
    (moof, mdat) => Buffer.concat([inside(inside(moof, 'traf', lean), 'traf', moved(-12)), mdat]),
    (moov) => inside(moov, 'mvex', (mvex) => [inside(mvex, 'trex', defaults)]),
  );
}

/** With an `mdat` that runs to the end of the file, which has no table behind it. */
export function withoutLastSize(file) {
  const boxes = [...boxesOf(file)].filter(({ type }) => type !== 'mfra');
  const last = Buffer.from(boxes.at(-1).bytes);
  last.writeUInt32BE(0);
  return Buffer.concat([...boxes.slice(0, -1).map(({ bytes }) => bytes), last]);
}

/** The `traf` with its run cut in two. */
function halved(traf) {
  return [
    inside(traf, 'trun', (trun) => {
      const [flags, count] = [trun.readUInt32BE(8) & 0xffffff, trun.readUInt32BE(12)];
      const columns = COLUMNS.filter((flag) => flags & flag);
      const begin = 20 + (flags & FIRST_FLAGS ? 4 : 0);
      const row = (at) => trun.subarray(begin + 4 * columns.length * at, begin + 4 * columns.length * (at + 1));
      const rows = Array.from({ length: count }, (_, at) => row(at));
      const half = count >> 1;
      const size = (at) => rows[at].readUInt32BE(4 * columns.indexOf(0x200));
      const before = rows.slice(0, half).reduce((sum, _, at) => sum + size(at), 0);
      const first = Buffer.concat([trun.subarray(0, begin), ...rows.slice(0, half)]);
      first.writeUInt32BE(half, 12);
      const second = Buffer.concat([trun.subarray(0, 20), ...rows.slice(half)]);
      second.writeUInt32BE((trun.readUInt32BE(8) & ~FIRST_FLAGS) >>> 0, 8);
      second.writeUInt32BE(count - half, 12);
      second.writeInt32BE(trun.readInt32BE(16) + before, 16);
      return [sized(first), sized(second)];
    }),
  ];
}

/** A `traf` all of whose runs lie `by` bytes further on. */
const moved = (by) => (traf) => [
  inside(traf, 'trun', (trun) => {
    const result = Buffer.from(trun);
    result.writeInt32BE(trun.readInt32BE(16) + by, 16);
    return [result];
  }),
];

/** `outer` with other boxes in place of those of `type`. */
function inside(outer, type, edit) {
  const boxes = [...boxesOf(outer.subarray(8))].flatMap((box) => (box.type === type ? edit(box.bytes) : [box.bytes]));
  return sized(Buffer.concat([outer.subarray(0, 8), ...boxes]));
}
