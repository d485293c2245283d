// Checks every box of an answer with two independent parsers: mp4box.js and codem-isoboxer.
import { createFile, Log, MP4BoxBuffer } from 'mp4box';
import { find, parse } from './boxes.mjs';

/**
 * @param {Buffer} bytes whole boxes, one behind the other
 * @returns {string[]} what is wrong with them
 */
export function boxFaults(bytes) {
  const faults = [];
  const boxes = mp4boxes(bytes, faults);
  const mdat = boxes.find(({ type }) => type === 'mdat');
  const found = [...walk(boxes, { start: 0, size: bytes.length, hdr_size: 0, type: 'all of it' }, faults)];
  const others = new Set(walkOther(parse(bytes).boxes));
  for (const line of found.filter((line) => !BELOW_ENTRY.test(line)))
    if (!others.has(line)) faults.push(`codem-isoboxer does not find ${line}`);
  const moof = boxes.find(({ type }) => type === 'moof');
  if (moof) faults.push(...runFaults(bytes, moof, mdat));
  return faults;
}

/** codem-isoboxer takes what a sample entry holds for one piece. */
const BELOW_ENTRY = /stsd\/.*\//;

/**
 * The boxes as mp4box.js has them, whose types do not say what they hold; what it finds fault with goes to `faults`.
 * @param {Buffer} bytes
 * @param {string[]} [faults]
 * @returns {any[]}
 */
export function mp4boxes(bytes, faults = []) {
  const said = { warn: Log.warn, error: Log.error };
  for (const level of Object.keys(said))
    Log[level] = (module, message) => faults.push(`mp4box.js, ${module}: ${message}`);
  try {
    const file = createFile();
    file.onError = (module, message) => faults.push(`mp4box.js, ${module}: ${message}`);
    const buffer = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length);
    file.appendBuffer(MP4BoxBuffer.fromArrayBuffer(/** @type {ArrayBuffer} */ (buffer), 0), true);
    file.flush();
    return file.boxes;
  } finally {
    Object.assign(Log, said);
  }
}

/** Each box, with its place; that boxes fill what they lie in, and are all understood to their end. */
function* walk(boxes, parent, faults, path = '') {
  let end = boxes[0]?.start ?? parent.start + parent.size;
  for (const box of boxes) {
    const own = `${path}/${box.type}`;
    yield `${own} at ${box.start}, of ${box.size}`;
    if (box.start !== end) faults.push(`${own} begins at ${box.start}, and not at ${end}`);
    end = box.start + box.size;
    if (box.has_unparsed_data) faults.push(`${own} goes on behind what it should hold`);
    if (/^(Unknown|)Box$/.test(box.constructor.name)) faults.push(`${own} is a box that nobody knows`);
    const children = box.type === 'stsd' ? box.entries : box.boxes;
    if (children?.length > 0) yield* walk(children, box, faults, own);
  }
  if (end !== parent.start + parent.size)
    faults.push(`what lies in ${path || parent.type} ends at ${end}, and not at ${parent.start + parent.size}`);
}

function* walkOther(boxes, path = '') {
  for (const box of boxes) {
    const own = `${path}/${box.type}`;
    yield `${own} at ${box._offset}, of ${box.size === 1 ? box.largesize : box.size}`;
    yield* walkOther((box.type === 'stsd' ? box.entries : box.boxes) ?? [], own);
  }
}

/** That a run says as much of samples as it counts, and that they are all of the `mdat` and nothing else. */
function* runFaults(bytes, moof, mdat) {
  const traf = find(moof.boxes, 'traf').boxes;
  const [header, run] = [find(traf, 'tfhd'), find(traf, 'trun')];
  const words = (run.size - 20 - (run.flags & 4 ? 4 : 0)) / 4;
  const columns = [0x100, 0x200, 0x400, 0x800].filter((flag) => run.flags & flag).length;
  if (words !== columns * run.sample_count)
    yield `its trun has ${words} fields for ${run.sample_count} samples in ${columns} columns`;
  const sizes = run.flags & 0x200 ? run.sample_size : Array(run.sample_count).fill(header.default_sample_size);
  const media = sizes.reduce((sum, size) => sum + size, 0);
  if (media !== mdat.size - mdat.hdr_size)
    yield `its samples have ${media} bytes, and its mdat ${mdat.size - mdat.hdr_size}`;
  if (moof.start + run.data_offset !== mdat.start + mdat.hdr_size) yield `its samples begin at ${run.data_offset}`;
  if (mdat.start + mdat.size !== bytes.length) yield 'something lies behind its mdat';
}
