// Presentations whose audio or video is described as encoders, editors and packagers do now and then: each in a folder of
// its own, `x.ism` and one file with both. Where ffmpeg does not write such a description itself, its sample entry is edited.
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { ffmpeg, h264, inputs, ismv, madeFolder, writeServerManifest } from './media.mjs';
import { boxesOf, sized } from './rewrite.mjs';

export const SECONDS = 6;
const AAC = ['-c:a', 'aac', '-b:a', 64_000];
const PQ = 'colorprim=bt2020:transfer=smpte2084:colormatrix=bt2020nc';
const HEVC = ['-c:v', 'libx265', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p10le', '-tag:v', 'hvc1'];
const AV1 = [
  '-strict',
  '-2',
  '-c:v',
  'libaom-av1',
  '-cpu-used',
  8,
  '-lag-in-frames',
  0,
  '-b:v',
  200_000,
  '-g',
  50,
  '-keyint_min',
  50,
];
const VP9 = [
  '-strict',
  '-2',
  '-c:v',
  'libvpx-vp9',
  '-deadline',
  'realtime',
  '-cpu-used',
  8,
  '-b:v',
  200_000,
  '-g',
  50,
  '-keyint_min',
  50,
];

/**
 * @param {string} file
 * @param {{rate?: string, video?: (string | number)[], audio?: (string | number)[], more?: (string | number)[]}} [options]
 */
const film =
  (file, { rate, video = h264(200_000), audio = AAC, more = [] } = {}) =>
  (folder) =>
    ffmpeg(folder, ...inputs({ seconds: SECONDS, rate }), ...video, ...audio, ...more, file);

/** A film of ffmpeg's, whose `moov` comes last, with the sample entry of a track edited. */
const edited = (handler, edit, options) => async (folder) => {
  await film('x.mp4', options)(folder);
  const file = path.join(folder, 'x.mp4');
  await writeFile(file, withEntry(await readFile(file), handler, edit));
};

/** By name: the file, and what writes it. */
const MADE = {
  'mpeg-2-aac': { src: 'x.mp4', make: edited('soun', (entry) => mpeg2(entry)) },
  'mpeg-2-aac-in-fragments': {
    src: 'x.ismv',
    make: async (folder) => {
      await film('x.ismv', { more: ismv })(folder);
      const file = path.join(folder, 'x.ismv');
      await writeFile(file, mpeg2(await readFile(file)));
    },
  },
  'film-rate': { src: 'x.ismv', make: film('x.ismv', { rate: '24000/1001', more: ismv }) },
  'quicktime-1': { src: 'x.mov', make: film('x.mov') },
  'quicktime-2': { src: 'x.mov', make: film('x.mov', { audio: [...AAC, '-ar', 96_000] }) },
  'zeros-behind-boxes': {
    src: 'x.mp4',
    make: edited('vide', (entry) => sized(Buffer.concat([entry, Buffer.alloc(4)]))),
  },
  'no-size': { src: 'x.mp4', make: edited('vide', (entry) => Buffer.from(entry).fill(0, 32, 36)) },
  'listed-channels': {
    src: 'x.mp4',
    make: film('x.mp4', { audio: ['-af', 'aformat=channel_layouts=5.1(side)', '-c:a', 'aac', '-b:a', 192_000] }),
  },
  'he-aac': {
    src: 'x.mp4',
    make: edited('soun', heAac, { audio: ['-c:a', 'aac', '-b:a', 48_000, '-ar', 24_000, '-ac', 2] }),
  },
  hdr: {
    src: 'x.mp4',
    make: film('x.mp4', {
      video: [...HEVC, '-x265-params', `keyint=50:min-keyint=50:scenecut=0:open-gop=0:log-level=error:pools=1:${PQ}`],
    }),
  },
  atmos: {
    src: 'x.mp4',
    make: edited('soun', atmos, { audio: ['-af', 'aformat=channel_layouts=5.1', '-c:a', 'eac3', '-b:a', 192_000] }),
  },
  'av1-opus': { src: 'x.mp4', make: film('x.mp4', { video: AV1, audio: ['-c:a', 'libopus', '-b:a', 64_000] }) },
  'vp9-flac': { src: 'x.mp4', make: film('x.mp4', { video: VP9, audio: ['-c:a', 'flac'] }) },
  'av1-opus-in-fragments': { src: 'x.mp4', make: fragmented('av1-opus'), apart: true },
  'vp9-flac-in-fragments': { src: 'x.mp4', make: fragmented('vp9-flac'), apart: true },
  mp3: { src: 'x.mp4', make: film('x.mp4', { audio: ['-c:a', 'libmp3lame', '-b:a', 64_000] }), unserved: true },
};

export const keyOf = (name) => `${name}/x.ism`;
/** Where a track of kind `kind` lies, with its ID. */
export const trackOf = (name, kind) => {
  const { src, apart } = MADE[name];
  return apart ? { src: `${kind}.mp4`, trackId: 1 } : { src, trackId: kind === 'video' ? 1 : 2 };
};

export const configurationsFolder = () =>
  madeFolder('configurations', import.meta.filename, async (scratch) => {
    for (const [name, { make, unserved }] of Object.entries(MADE)) {
      const levels = ['video', 'audio'].map((kind) => ({
        kind,
        bitrate: kind === 'video' ? 200_000 : 64_000,
        ...trackOf(name, kind),
      }));
      // A manifest that names what cannot be served has no index, and is looked at by itself.
      await writeServerManifest(path.join(scratch, unserved ? `${name}/x.ism.txt` : keyOf(name)), levels);
      await make(path.join(scratch, name));
    }
  });

/** Both tracks of another of these, as ffmpeg fragments them, in a file each. */
function fragmented(from) {
  const fragments = [
    '-c',
    'copy',
    '-strict',
    '-2',
    '-movflags',
    'frag_keyframe+empty_moov+default_base_moof',
    '-f',
    'mp4',
  ];
  return async (folder) => {
    await ffmpeg(
      folder,
      '-i',
      `../${from}/x.mp4`,
      '-map',
      '0:v',
      ...fragments,
      'video.mp4',
      '-map',
      '0:a',
      ...fragments,
      '-frag_duration',
      2_000_000,
      'audio.mp4',
    );
  };
}

/** A copy whose first `esds` says that it is MPEG-2 AAC of low complexity, as Azure's packager wrote it. */
function mpeg2(bytes) {
  const made = Buffer.from(bytes);
  const config = made.indexOf(Buffer.from([0x04, 0x80, 0x80, 0x80]), made.indexOf('esds'));
  if (made[config + 5] !== 0x40) throw new Error('its esds is not one of ffmpeg');
  made[config + 5] = 0x67;
  return made;
}

/** AAC-LC of 24 kHz, with the extension behind it that says it is HE-AAC of 48 kHz: 0x2b7, object type 5, index 3. */
function heAac(entry) {
  const descriptor = (tag, ...parts) => Buffer.from([tag, Buffer.concat(parts).length, ...Buffer.concat(parts)]);
  const at = entry.indexOf(Buffer.from([0x04, 0x80, 0x80, 0x80])) + 5;
  const info = descriptor(0x05, Buffer.from([0x13, 0x10, 0x56, 0xe5, 0x98]));
  const stream = descriptor(
    0x03,
    Buffer.from([0, 2, 0]),
    descriptor(0x04, entry.subarray(at, at + 13), info),
    descriptor(0x06, Buffer.from([2])),
  );
  const esds = sized(Buffer.concat([Buffer.from('\0\0\0\0esds\0\0\0\0', 'latin1'), stream]));
  return sized(Buffer.concat([Buffer.from(entry.subarray(0, 36)), esds]));
}

/** Its `dec3` says that there are objects, of complexity 16 (ETSI TS 103 420). */
function atmos(entry) {
  const [dec3] = boxesOf(entry.subarray(36));
  const substream = dec3.bytes.subarray(0, 13);
  return sized(
    Buffer.concat([Buffer.from(entry.subarray(0, 36)), sized(Buffer.concat([substream, Buffer.from([1, 16])]))]),
  );
}

/** `file`, whose `moov` comes last, with the sample entry of the track with this handler put through `edit`. */
function withEntry(file, handler, edit) {
  const boxes = [...boxesOf(file)];
  if (boxes.at(-1).type !== 'moov') throw new Error(`its last box is ${boxes.at(-1).type}`);
  const moov = put(boxes.at(-1).bytes, ['trak', 'mdia', 'minf', 'stbl', 'stsd', undefined], handler, edit);
  return Buffer.concat([file.subarray(0, boxes.at(-1).start), moov]);
}

/**
 * @param {Buffer} outer
 * @param {(string | undefined)[]} path
 * @param {string} handler
 * @param {(entry: Buffer) => Buffer} edit
 */
function put(outer, [type, ...path], handler, edit) {
  const header = outer.toString('latin1', 4, 8) === 'stsd' ? 16 : 8;
  const inner = [...boxesOf(outer.subarray(header))].map((one) => {
    const isOther = (type !== undefined && one.type !== type) || (type === 'trak' && !one.bytes.includes(handler));
    if (isOther) return one.bytes;
    return path.length > 0 ? put(one.bytes, path, handler, edit) : edit(one.bytes);
  });
  return sized(Buffer.concat([outer.subarray(0, header), ...inner]));
}
