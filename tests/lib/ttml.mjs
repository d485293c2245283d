// MP4s of TTML, fragmented and progressive: what the pinned ffmpeg cannot write.

const box = (type, ...content) => {
  const payload = Buffer.concat(content);
  const header = Buffer.alloc(8);
  header.writeUInt32BE(payload.length + 8);
  header.write(type, 4, 'latin1');
  return Buffer.concat([header, payload]);
};
const u32 = (...numbers) => {
  const bytes = Buffer.alloc(4 * numbers.length);
  for (const [at, number] of numbers.entries()) bytes.writeUInt32BE(number, 4 * at);
  return bytes;
};
const MATRIX = [0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000];
const zeros = (count) => Array(count).fill(0);

/**
 * @typedef {{start: number, duration: number, document: string}} Sample times in seconds
 * @typedef {{entry: 'stpp' | 'dfxp', handler: 'subt' | 'text', timescale: number, language: string, samples: Sample[]}} Track
 */

/**
 * A file of one track, with a fragment for each sample.
 * @param {Track} track
 */
export function ttmlFile(track) {
  const tables = [box('stts', u32(0, 0)), box('stsc', u32(0, 0)), box('stsz', u32(0, 0, 0)), box('stco', u32(0, 0))];
  const moov = movie(track, tables, box('mvex', box('trex', u32(0, 1, 1, 0, 0, 0))));
  return Buffer.concat([FTYP, moov, ...track.samples.map((sample, at) => fragment(at + 1, track.timescale, sample))]);
}

/**
 * A file of one track of `stpp` without fragments: all samples in one chunk.
 * @param {Pick<Track, 'timescale' | 'language' | 'samples'>} track
 */
export function progressiveTtmlFile({ timescale, language, samples }) {
  const documents = samples.map(({ document }) => Buffer.from(document));
  const stts = box('stts', u32(0, samples.length, ...samples.flatMap(({ duration }) => [1, duration * timescale])));
  const stsz = box('stsz', u32(0, 0, samples.length, ...documents.map(({ length }) => length)));
  const mdat = box('mdat', ...documents);
  const tables = [stts, box('stsc', u32(0, 1, 1, samples.length, 1)), stsz, box('stco', u32(0, 1, FTYP.length + 8))];
  return Buffer.concat([FTYP, mdat, movie({ entry: 'stpp', handler: 'subt', timescale, language }, tables)]);
}

const FTYP = box('ftyp', Buffer.from('iso6\0\0\0\0iso6'));

function movie({ entry, handler, timescale, language }, tables, ...more) {
  const code = [...language].reduce((packed, letter) => (packed << 5) | (letter.charCodeAt(0) & 31), 0);
  const text = Buffer.from('http://www.w3.org/ns/ttml\0\0\0');
  const stsd = box('stsd', u32(0, 1), box(entry, u32(0, 1), entry === 'stpp' ? text : Buffer.alloc(0)));
  const dinf = box('dinf', box('dref', u32(0, 1), box('url ', u32(1))));
  const minf = box(
    'minf',
    handler === 'subt' ? box('sthd', u32(0)) : box('nmhd', u32(0)),
    dinf,
    box('stbl', stsd, ...tables),
  );
  const mdia = box(
    'mdia',
    box('mdhd', u32(0, 0, 0, timescale, 0, code << 16)),
    box('hdlr', u32(0, 0), Buffer.from(handler), u32(0, 0, 0), Buffer.alloc(1)),
    minf,
  );
  const trak = box('trak', box('tkhd', u32(3, 0, 0, 1, 0, 0, 0, 0, 0, 0, ...MATRIX, 0, 0)), mdia);
  const mvhd = box('mvhd', u32(0, 0, 0, timescale, 0, 0x10000, 0x1000000, 0, 0, ...MATRIX, ...zeros(6), 2));
  return box('moov', mvhd, trak, ...more);
}

function fragment(number, timescale, { start, duration, document }) {
  const bytes = Buffer.from(document);
  const moof = (offset) => {
    const trun = box('trun', u32(0x301, 1, offset, duration * timescale, bytes.length));
    return box(
      'moof',
      box('mfhd', u32(0, number)),
      box('traf', box('tfhd', u32(0x20000, 1)), box('tfdt', u32(0, start * timescale)), trun),
    );
  };
  return Buffer.concat([moof(moof(0).length + 8), box('mdat', bytes)]);
}
