// The oracle: reads media files with codem-isoboxer. None of our own code is involved.
import { readFileSync } from 'node:fs';
import ISOBoxer from 'codem-isoboxer';

const TFXD = '6d1d9b0542d544e680e2141daff757b2';

/**
 * @typedef {object} Fragment
 * @property {number} trackId
 * @property {number | undefined} tfxd its own start in ticks, negative where it says so
 * @property {number | undefined} tfdt
 * @property {number | undefined} tfra what the file's table of random access says of it
 * @property {number} start the first of these that there is
 * @property {number} duration what its samples add up to
 * @property {number} samples how many there are
 * @property {any[]} runs the `trun`s, and `defaults` what the `tfhd` says in their place
 * @property {{duration?: number, size?: number, flags?: number}} defaults
 * @property {number | undefined} dataOffset of the first run, from the `moof`
 * @property {number | undefined} tfxdDuration
 * @property {Buffer} bytes `moof` and `mdat`
 * @property {Buffer} moof
 * @property {Buffer} payload the content of the `mdat`
 * @property {number} offset of the `moof` in the file
 */

/**
 * @param {string | Buffer} file
 * @returns {{tracks: {id: number, kind: string, timescale: number}[], fragments: Fragment[]}}
 */
export function readMedia(file) {
  const bytes = typeof file === 'string' ? readFileSync(file) : file;
  const parsed = parse(bytes);
  const tracks = parsed.fetchAll('trak').map(({ boxes }) => ({
    id: find(boxes, 'tkhd').track_ID,
    kind: find(find(boxes, 'mdia').boxes, 'hdlr').handler_type,
    timescale: find(find(boxes, 'mdia').boxes, 'mdhd').timescale,
  }));
  return { tracks, fragments: [...fragmentsOf(parsed, bytes)] };
}

/** The fragments of one track, in order. */
export function fragmentsOfTrack(file, trackId) {
  return readMedia(file).fragments.filter((fragment) => fragment.trackId === trackId);
}

/** How long the last sample of a progressive MP4's track lasts, in ticks of the file. */
export function lastDuration(file, trackId) {
  const trak = parse(readFileSync(file))
    .fetchAll('trak')
    .find(({ boxes }) => find(boxes, 'tkhd').track_ID === trackId);
  const stbl = ['mdia', 'minf', 'stbl'].reduce((box, type) => find(box.boxes, type), trak);
  return find(stbl.boxes, 'stts').entries.at(-1).sample_delta;
}

/** How many ticks an init segment says come before what is shown first: the start of the one edit that it may have. */
export function earlyOf(init) {
  const edits = parse(init)
    .fetchAll('elst')
    .flatMap(({ entries }) => entries);
  if (edits.length > 1) throw new Error(`${edits.length} edits`);
  return edits.length === 0 ? 0 : edits[0].media_time;
}

/**
 * One fragment by itself, as an answer holds it.
 * @param {Buffer} bytes
 * @returns {Fragment}
 */
export function readFragment(bytes) {
  return [...fragmentsOf(parse(bytes), bytes)][0];
}

/** The boxes of `bytes`, as codem-isoboxer has them. */
export function parse(bytes) {
  return ISOBoxer.parseBuffer(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
}

export const find = (boxes, type) => boxes.find((box) => box.type === type);

/** @returns {Generator<Fragment, void>} */
function* fragmentsOf({ boxes }, bytes) {
  const table = new Map();
  for (const { track_ID, entries } of find(boxes, 'mfra')?.boxes.filter(({ type }) => type === 'tfra') ?? []) {
    for (const { time, moof_offset } of entries) table.set(`${track_ID} ${moof_offset}`, time);
  }
  for (const [at, moof] of boxes.entries()) {
    if (moof.type !== 'moof') continue;
    const mdat = boxes[at + 1];
    if (mdat?.type !== 'mdat') throw new Error(`behind the moof at ${moof._offset} comes ${mdat?.type}, and no mdat`);
    const traf = find(moof.boxes, 'traf').boxes;
    const header = find(traf, 'tfhd');
    const runs = traf.filter(({ type }) => type === 'trun');
    const samples = runs.flatMap((run) => run.samples ?? []);
    const timed = times(traf, table.get(`${header.track_ID} ${moof._offset}`));
    const end = mdat._offset + length(mdat);
    yield {
      trackId: header.track_ID,
      ...timed,
      start: timed.tfxd ?? timed.tfdt ?? timed.tfra,
      duration: samples.reduce((sum, sample) => sum + (sample.sample_duration ?? header.default_sample_duration), 0),
      samples: samples.length,
      runs,
      defaults: {
        duration: header.default_sample_duration,
        size: header.default_sample_size,
        flags: header.default_sample_flags,
      },
      dataOffset: runs[0].data_offset,
      offset: moof._offset,
      bytes: bytes.subarray(moof._offset, end),
      moof: bytes.subarray(moof._offset, moof._offset + length(moof)),
      payload: bytes.subarray(mdat._offset + (mdat.size === 1 ? 16 : 8), end),
    };
  }
}

function times(traf, tfra) {
  const uuid = traf.find((box) => box.type === 'uuid' && Buffer.from(box.usertype).toString('hex') === TFXD);
  const tfxd = uuid && readTfxd(uuid._raw);
  return { tfxd: tfxd?.time, tfxdDuration: tfxd?.duration, tfdt: find(traf, 'tfdt')?.baseMediaDecodeTime, tfra };
}

function readTfxd(view) {
  const wide = view.getUint8(24) === 1;
  const time = wide ? view.getBigInt64(28) : view.getUint32(28);
  const duration = wide ? view.getBigUint64(36) : view.getUint32(32);
  return { time: Number(time), duration: Number(duration) };
}

const length = (box) => (box.size === 1 ? box.largesize : box.size);
