// A very long progressive MP4 whose samples alternate one by one: tables of tens of megabytes, and zeros in place of the
// media.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { PROGRESSIVE, SMALL, progressiveFolder } from './progressive.mjs';
import { boxesOf, sized } from './rewrite.mjs';
import { Sparse } from './sparse.mjs';

const GROUP = 50;
/**
 * 25 frames of video a second, and 46.875 of audio.
 * @type {{perSecond: number, duration: number, size: number, sizeStep: number, isVideo?: boolean}[]}
 */
const TRACKS = [
  { perSecond: 25, duration: 512, size: 40_000, sizeStep: 17, isVideo: true },
  { perSecond: 46.875, duration: 1024, size: 200, sizeStep: 3 },
];

/**
 * @returns {Promise<{bytes: Sparse, moov: number, samples: {sizes: number[]}[]}>} `moov`: how many bytes of the file are
 *   tables; `samples`: what they say of each track
 */
export async function longFile(seconds) {
  const source = await readFile(path.join(await progressiveFolder(), path.dirname(PROGRESSIVE), SMALL.src));
  const ftyp = [...boxesOf(source)].find(({ type }) => type === 'ftyp').bytes;
  const boxes = [...boxesOf([...boxesOf(source)].find(({ type }) => type === 'moov').bytes.subarray(8))];
  const traks = boxes.filter(({ type }) => type === 'trak');
  const samples = TRACKS.map((track) => samplesOf(track, seconds));
  let offset = ftyp.length + 16;
  for (const { track, at } of interleaved(seconds)) {
    samples[track].offsets[at] = offset;
    offset += samples[track].sizes[at];
  }
  const tables = samples.map((one, track) => tablesOf(one, TRACKS[track]));
  const [mvhd] = boxes;
  const moov = box('moov', mvhd.bytes, ...traks.map(({ bytes }, track) => withTables(bytes, tables[track])));
  const mdat = Buffer.alloc(16);
  mdat.writeUInt32BE(1);
  mdat.write('mdat', 4);
  mdat.writeBigUInt64BE(BigInt(offset - ftyp.length), 8);
  const bytes = new Sparse([
    { at: 0, bytes: Buffer.concat([ftyp, mdat]) },
    { at: offset, bytes: moov },
  ]);
  return { bytes, moov: moov.length, samples };
}

/** @param {(typeof TRACKS)[number]} track */
function samplesOf({ perSecond, size, sizeStep }, seconds) {
  const count = Math.floor(perSecond * seconds);
  const sizes = Array.from({ length: count }, (_, at) => size + ((at * sizeStep) % 101));
  return { sizes, offsets: new Array(count) };
}

/** Which sample lies next: whichever begins first. */
function* interleaved(seconds) {
  const counts = TRACKS.map(({ perSecond }) => Math.floor(perSecond * seconds));
  const next = [0, 0];
  while (next[0] < counts[0] || next[1] < counts[1]) {
    const [video, audio] = next.map((at, track) => (at < counts[track] ? at / TRACKS[track].perSecond : Infinity));
    const track = video <= audio ? 0 : 1;
    yield { track, at: next[track]++ };
  }
}

/**
 * @param {{sizes: number[], offsets: number[]}} samples
 * @param {(typeof TRACKS)[number]} track
 */
function tablesOf({ sizes, offsets }, { duration, isVideo }) {
  const count = sizes.length;
  const tables = [
    full('stts', words([1, count, duration])),
    full('stsc', words([1, 1, 1, 1])),
    full('stsz', words([0, count]), words(sizes)),
    full('co64', words([count]), longs(offsets)),
  ];
  if (!isVideo) return tables;
  const syncs = Array.from({ length: Math.ceil(count / GROUP) }, (_, at) => at * GROUP + 1);
  // Reordered by pairs, so that no two offsets in a row are the same.
  const offset = (at) => (at % GROUP === 0 ? 1 : at % 2 === 1 ? 2 : 0) * duration;
  const composed = new Uint32Array(2 * count).map((_, at) => (at % 2 === 0 ? 1 : offset((at - 1) / 2)));
  return [...tables, full('stss', words([syncs.length]), words(syncs)), full('ctts', words([count]), words(composed))];
}

/** A `trak` with these tables for its own, and without its edit list, which would end it early. */
function withTables(trak, tables) {
  const type = trak.toString('latin1', 4, 8);
  const inner = [...boxesOf(trak.subarray(8))].filter((one) => one.type !== 'edts');
  if (type === 'stbl') return box('stbl', inner.find((one) => one.type === 'stsd').bytes, ...tables);
  return box(
    type,
    ...inner.map((one) => (['mdia', 'minf', 'stbl'].includes(one.type) ? withTables(one.bytes, tables) : one.bytes)),
  );
}

const box = (type, ...content) => sized(Buffer.concat([Buffer.alloc(4), Buffer.from(type, 'latin1'), ...content]));
const full = (type, ...content) => box(type, Buffer.alloc(4), ...content);

function words(values) {
  const bytes = Buffer.alloc(4 * values.length);
  for (const [at, value] of values.entries()) bytes.writeUInt32BE(value, 4 * at);
  return bytes;
}

function longs(values) {
  const bytes = Buffer.alloc(8 * values.length);
  for (const [at, value] of values.entries()) bytes.writeBigUInt64BE(BigInt(value), 8 * at);
  return bytes;
}
