// The boxes of a fragment (ISO/IEC 14496-12), read from its bytes.

const CONTAINERS = new Set(['moof', 'traf', 'moov', 'trak', 'mdia', 'minf', 'stbl', 'mvex', 'edts', 'dinf']);
/** The `uuid` boxes of Smooth Streaming ([MS-SSTR] 2.2.4). */
const NAMES = {
  '6d1d9b0542d544e680e2141daff757b2': 'tfxd',
  d4807ef2ca3946958e5426cb9e46a79f: 'tfrf',
  a2394f525a9b4f14a2446c427c648df4: 'senc',
};
/** Boxes that are read at most: a fragment has a few dozen. */
const MOST = 500;

/**
 * @typedef {{type: string, start: number, size: number, depth: number, meaning: string}} Box
 * @param {ArrayBuffer} buffer
 * @returns {Box[]} in the order of their bytes, each before what is in it
 */
export function boxesOf(buffer) {
  const found = [];
  read(new DataView(buffer), 0, buffer.byteLength, 0, found);
  return found;
}

function read(view, from, end, depth, found) {
  let start = from;
  while (start + 8 <= end && found.length < MOST) {
    const short = view.getUint32(start);
    const type = text(view, start + 4);
    const isLong = short === 1 && start + 16 <= end;
    const size = isLong ? Number(view.getBigUint64(start + 8)) : short === 0 ? end - start : short;
    const head = isLong ? 16 : 8;
    // A box that exceeds its parent is not one: the rest is shown as it is.
    if (size < head || start + size > end) return;
    found.push({ type, start, size, depth, meaning: meaning(view, type, start, start + head, size) });
    if (CONTAINERS.has(type)) read(view, start + head, start + size, depth + 1, found);
    start += size;
  }
}

const text = (view, at) => String.fromCharCode(...[0, 1, 2, 3].map((n) => view.getUint8(at + n)));

function meaning(view, type, start, at, size) {
  try {
    return (MEANINGS[type] ?? (() => ''))(view, at, size - (at - start));
  } catch {
    return 'cut short';
  }
}

const version = (view, at) => view.getUint8(at);
const flags = (view, at) => view.getUint32(at) & 0xffffff;
const long = (view, at, isLong) => (isLong ? view.getBigUint64(at) : view.getUint32(at));

const MEANINGS = {
  moof: () => 'describes the samples that follow',
  mfhd: (view, at) => `number ${view.getUint32(at + 4)} in its file`,
  traf: () => 'of one track',
  tfhd: (view, at) => `track ${view.getUint32(at + 4)}`,
  tfdt: (view, at) => `starts at ${long(view, at + 4, version(view, at) === 1)} ticks`,
  trun: (view, at) =>
    `${view.getUint32(at + 4)} samples: ${['durations', 'sizes', 'flags', 'composition offsets'].filter((_, bit) => flags(view, at) & (0x100 << bit)).join(', ') || 'as the track says'}`,
  sdtp: (_, __, length) => `what ${length - 4} samples depend on`,
  mdat: (_, __, length) => `${length.toLocaleString('en')} bytes of samples, as the file has them`,
  styp: (view, at) => `a segment of ${text(view, at)}`,
  uuid: (view, at) => {
    const id = Array.from({ length: 16 }, (_, n) =>
      view
        .getUint8(at + n)
        .toString(16)
        .padStart(2, '0'),
    ).join('');
    const isLong = version(view, at + 16) === 1;
    if (NAMES[id] === 'tfxd')
      return `tfxd: starts at ${long(view, at + 20, isLong)} ticks, lasts ${long(view, at + (isLong ? 28 : 24), isLong)}`;
    return NAMES[id] ?? id;
  },
};
