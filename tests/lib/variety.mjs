// Presentations of many kinds, each in a folder of its own: what encoders and packagers write, small.
import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { ffmpeg, h264, inputs, ismv, madeFolder, writeServerManifest } from './media.mjs';
import { codecBox, withCodecBox, withSignedVersion0, withWideMdat, withoutMfra, withoutTfxd } from './rewrite.mjs';

const VIDEO = ['-map', '0:v'];
const AUDIO = ['-map', '1:a'];
const AAC = ['-c:a', 'aac', '-b:a', 64_000];
/** In fragments of two seconds; the `moov` waits for the first packet, which says what goes into `dac3` and `dec3`. */
const dolby = (codec) => ['-c:a', codec, '-b:a', 192_000, '-frag_duration', 2_000_000, '-movflags', '+delay_moov'];
const video = (src, bitrate, more) => ({ kind: 'video', src, bitrate, trackId: 1, ...more });
const audio = (src, bitrate, more) => ({ kind: 'audio', src, bitrate, trackId: 1, ...more });

/** An ISMV of video, put through `edit`. */
const edited = (edit) => async (folder) => {
  await ffmpeg(folder, ...inputs(), ...VIDEO, ...h264(200_000), ...ismv, 'v.ismv');
  const file = path.join(folder, 'v.ismv');
  await writeFile(file, edit(await readFile(file)));
};

/** As they stand in XML. */
const ODD_NAMES = [
  "Director's, commentary",
  'AC3/5.1',
  '/',
  '..',
  '.',
  '../..',
  'x.ism',
  'iframes',
  'English (5.1)',
  'QualityLevels(1)',
  '100%',
  '%2F',
  'C# #1?',
  'a=b=0',
  '{bitrate}',
  '$Time$',
  '&quot;5&quot; &amp; &lt;6&gt;',
  '\\',
  ';:@+!*~^|`[]',
  'Größe 🎬 日本語',
];

/**
 * @typedef {object} Variety
 * @property {(folder: string) => Promise<unknown>} make writes the media files
 * @property {{kind: string, src: string, bitrate?: number, trackId?: number, name?: string}[]} tracks
 * @property {object} [manifest] options of `writeServerManifest`
 * @property {number} [timescale] of the video, where it is not Smooth Streaming's own
 * @property {RegExp} [fourCc]
 * @property {(fragment: import('./boxes.mjs').Fragment, kind: string) => number} [times] when a fragment starts, where it says it in more than one way
 * @property {boolean} [injected] whether fragments are given a tfxd, so that other bytes are served than stored
 * @property {boolean} [rewritten] whether their `moof` is written anew
 */

/** @type {Record<string, Variety>} */
export const VARIETY = {
  'video and audio in one file': {
    make: (folder) => ffmpeg(folder, ...inputs(), ...VIDEO, ...AUDIO, ...h264(200_000), ...AAC, ...ismv, 'both.ismv'),
    tracks: [video('both.ismv', 200_000), audio('both.ismv', 64_000, { trackId: 2 })],
  },
  'fragmented MP4 with tfdt, sidx and styp': {
    make: (folder) =>
      ffmpeg(
        folder,
        ...inputs(),
        ...VIDEO,
        ...h264(200_000),
        '-movflags',
        'frag_keyframe+empty_moov+default_base_moof+dash',
        '-f',
        'mp4',
        'v.cmfv',
      ),
    tracks: [video('v.cmfv', 200_000)],
    timescale: 12_800,
    times: ({ tfdt }) => tfdt,
  },
  'what a DASH packager writes, without mfra': {
    make: (folder) => {
      const dash = [
        '-f',
        'dash',
        '-seg_duration',
        2,
        '-single_file',
        1,
        '-single_file_name',
        'stream_$RepresentationID$.mp4',
        'x.mpd',
      ];
      return ffmpeg(folder, ...inputs(), ...VIDEO, ...AUDIO, ...h264(200_000), ...AAC, ...dash);
    },
    tracks: [video('stream_0.mp4', 200_000), audio('stream_1.mp4', 64_000)],
    timescale: 12_800,
    // Its edit lists leave out what the encoder of audio put before the film.
    times: ({ tfdt }, kind) => (kind === 'audio' ? tfdt - 1024 : tfdt),
    rewritten: true,
  },
  HEVC: {
    make: (folder) => {
      const x265 = 'keyint=50:min-keyint=50:scenecut=0:open-gop=0:log-level=error:pools=1';
      const hevc = ['-c:v', 'libx265', '-preset', 'ultrafast', '-x265-params', x265, '-b:v', 200_000, '-tag:v', 'hvc1'];
      return ffmpeg(folder, ...inputs(), ...VIDEO, ...hevc, ...ismv, 'h.ismv');
    },
    tracks: [video('h.ismv', 200_000)],
    fourCc: /^(HEVC|hev1|hvc1|H265)$/i,
  },
  'AC-3': {
    make: (folder) => ffmpeg(folder, ...inputs(), ...AUDIO, ...dolby('ac3'), ...ismv, 'a.isma'),
    tracks: [audio('a.isma', 192_000)],
    fourCc: /^(AC-3|ac-3)$/,
  },
  'E-AC-3': {
    // This ffmpeg describes the codec in progressive MP4s alone, so that is where the description is taken from.
    make: async (folder) => {
      await ffmpeg(
        folder,
        ...inputs(),
        ...AUDIO,
        ...dolby('eac3'),
        ...ismv,
        'a.isma',
        ...AUDIO,
        '-c:a',
        'eac3',
        '-b:a',
        192_000,
        'plain.mp4',
      );
      const [file, plain] = ['a.isma', 'plain.mp4'].map((name) => path.join(folder, name));
      const dec3 = codecBox(await readFile(plain), 'dec3');
      await writeFile(file, withCodecBox(await readFile(file), dec3));
      await rm(plain);
    },
    tracks: [audio('a.isma', 192_000)],
    fourCc: /^(EC-3|ec-3)$/,
  },
  'sound that begins before 0, of an encoder that fills up its first packet': {
    make: (folder) => ffmpeg(folder, ...inputs(), ...AUDIO, ...AAC, '-frag_duration', 2_000_000, ...ismv, 'a.isma'),
    tracks: [audio('a.isma', 64_000)],
  },
  'an ISMV whose mfra is lost': { make: edited(withoutMfra), tracks: [video('v.ismv', 200_000)] },
  'mdat with 64-bit sizes': { make: edited(withWideMdat), tracks: [video('v.ismv', 200_000)] },
  'times in mfra alone, and negative composition offsets in version 0': {
    make: edited((file) => withSignedVersion0(withoutTfxd(file))),
    tracks: [video('v.ismv', 200_000)],
    injected: true,
  },
  'a server manifest in UTF-16': {
    make: edited((file) => file),
    tracks: [video('v.ismv', 200_000)],
    manifest: { encoding: 'utf16le' },
  },
  'a server manifest that leaves bitrate and track to the file': {
    make: edited((file) => file),
    tracks: [{ kind: 'video', src: 'v.ismv' }],
  },
  'levels of the same bitrate': {
    make: (folder) => {
      const level = (size, src) => [...VIDEO, ...h264(200_000), '-s', size, ...ismv, src];
      return ffmpeg(
        folder,
        ...inputs(),
        ...level('320x180', 'a.ismv'),
        ...level('480x270', 'b.ismv'),
        ...level('160x90', 'c.ismv'),
      );
    },
    tracks: ['a', 'b', 'c'].map((name) => video(`${name}.ismv`, 200_000)),
  },
  'names that need to be quoted': {
    make: async (folder) => {
      await ffmpeg(folder, ...inputs(), ...VIDEO, ...h264(200_000), ...ismv, 'Größe & Maß.ismv');
      await ffmpeg(folder, ...inputs(), ...AUDIO, ...AAC, '-frag_duration', 2_000_000, ...ismv, 'a.isma');
    },
    tracks: [video('Größe &amp; Maß.ismv', 200_000), audio('a.isma', 64_000, { name: 'Ton deutsch é' })],
  },
  'names that have a meaning in URLs, or that URLs cannot have': {
    make: (folder) => ffmpeg(folder, ...inputs(), ...AUDIO, ...AAC, '-frag_duration', 2_000_000, ...ismv, 'a.isma'),
    tracks: ODD_NAMES.map((name, at) =>
      audio('a.isma', 64_000, { name, language: `q${String.fromCharCode(97 + (at >> 4), 97 + (at & 15))}` }),
    ),
  },
};

/** The folder they lie in, each `{its number}/x.ism`. */
export const varietyFolder = () =>
  madeFolder('variety', import.meta.filename, async (scratch) => {
    for (const [at, { make, tracks, manifest }] of Object.values(VARIETY).entries()) {
      const key = path.join(scratch, varietyKey(at));
      await writeServerManifest(key, tracks, manifest);
      await make(path.dirname(key));
    }
  });

export const varietyKey = (at) => `${at}/x.ism`;
