// A presentation in the clear, and the same encrypted in several ways.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { COMMON, PLAYREADY, WIDEVINE, encrypted, playReadyObject, widevineData } from './encrypt.mjs';
import { ffmpeg, h264, inputs, ismv, madeFolder, writeServerManifest } from './media.mjs';
import { packaged, withKey } from './packager.mjs';

export const KEY = { key: '76a6c65c5ea762046bd749a2e632ccbb', keyId: 'a7e61c373e219033c21091fa607bf3b8' };
export const OBJECT = playReadyObject(KEY);
export const SECONDS = 12;
/** @type {[system: string, data: Buffer][]} */
const LICENSED = [
  [WIDEVINE, widevineData(KEY)],
  [PLAYREADY, OBJECT],
];
/** Beside the data, which keys it is of; the last of these is of no track here. */
const LISTED = [KEY.keyId, 'ffeeddccbbaa99887766554433221100'];
/** @type {[system: string, data: Buffer, keyIds: string[]][]} */
const LISTING = LICENSED.map(([system, data]) => [system, data, LISTED]);
/** @type {[system: string, data: Buffer, keyIds: string[]]} */
const IN_COMMON = [COMMON, Buffer.alloc(0), [KEY.keyId]];

/**
 * What there is, beside `clear.ism`, by the names of their presentations.
 * @type {Record<'piff' | 'cenc' | 'cbcs' | 'bare', import('./encrypt.mjs').Protection>}
 */
export const PRESENTATIONS = {
  piff: { scheme: 'piff', ...KEY, systems: [...LICENSED, IN_COMMON] },
  cenc: { scheme: 'cenc', ...KEY, systems: LICENSED },
  cbcs: { scheme: 'cbcs', ...KEY, systems: [...LISTING, IN_COMMON] },
  /** Of no licence system. */
  bare: { scheme: 'cenc', ...KEY },
};

/**
 * The same as Shaka Packager encrypts it, by its scheme: the first chunks stay in the clear, under a sample entry of their own.
 * @type {Record<string, 'cenc' | 'cbcs'>}
 */
export const LEADS = { 'lead-cenc': 'cenc', 'lead-cbcs': 'cbcs' };
/** So many of the chunks of video and of audio: those that begin within the first five seconds. */
export const LEAD = 3;

/** A further one, of which no file says anything to a licence system: its client manifest does. */
export const MANIFESTED = 'manifested';

/** Three keyframes in every fragment of video. */
export const LEVELS = [
  { kind: 'video', file: 'low.ismv', bitrate: 200_000, height: 180 },
  { kind: 'video', file: 'high.ismv', bitrate: 600_000, height: 360 },
  { kind: 'audio', file: 'sound.isma', bitrate: 64_000 },
];

const sources = (name) => LEVELS.map(({ kind, file, bitrate }) => ({ kind, src: `${name}/${file}`, bitrate }));

/** A UUID as it is written. */
export const dashed = (hex) => hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');

/** The folder of them all. */
export const protectedFolder = () =>
  madeFolder('protected', import.meta.filename, async (folder) => {
    const clear = path.join(folder, 'clear');
    await mkdir(clear);
    const atKeys = ['-min_frag_duration', 2_300_000, '-movflags', 'frag_keyframe', ...ismv];
    const video = LEVELS.filter(({ kind }) => kind === 'video').flatMap(({ file, bitrate, height }) => [
      '-map',
      '0:v',
      '-vf',
      `scale=-2:${height}`,
      ...h264(bitrate, 20),
      ...atKeys,
      file,
    ]);
    await ffmpeg(
      clear,
      ...inputs({ size: '640x360', seconds: SECONDS }),
      ...video,
      '-map',
      '1:a',
      '-c:a',
      'aac',
      '-b:a',
      64_000,
      '-frag_duration',
      2_400_000,
      ...ismv,
      'sound.isma',
    );
    const client = [
      '<SmoothStreamingMedia MajorVersion="2" MinorVersion="2" Duration="0"><Protection>',
      `<ProtectionHeader SystemID="{${dashed(PLAYREADY).toUpperCase()}}">${OBJECT.toString('base64')}</ProtectionHeader>`,
      '</Protection></SmoothStreamingMedia>',
    ].join('');
    await writeFile(path.join(folder, `${MANIFESTED}.ismc`), client);
    /** @type {Record<string, import('./encrypt.mjs').Protection | undefined>} */
    const all = { clear: undefined, [MANIFESTED]: { scheme: 'piff', ...KEY }, ...PRESENTATIONS };
    for (const [name, protection] of Object.entries(all)) {
      await mkdir(path.join(folder, name), { recursive: true });
      for (const { file } of protection ? LEVELS : [])
        await writeFile(path.join(folder, name, file), encrypted(await readFile(path.join(clear, file)), protection));
      await writeServerManifest(path.join(folder, `${name}.ism`), sources(name), {
        client: name === MANIFESTED ? `${name}.ismc` : undefined,
      });
    }
    for (const [name, scheme] of Object.entries(LEADS)) {
      await mkdir(path.join(folder, name));
      const streams = LEVELS.map(({ kind, file }) => ({ from: `clear/${file}`, stream: kind, to: `${name}/${file}` }));
      const systems = ['--protection_systems', 'Widevine,PlayReady,CommonSystem'];
      const length = ['--segment_duration', 2.4, '--clear_lead', 5];
      await packaged(folder, streams, ...withKey(KEY), ...systems, '--protection_scheme', scheme, ...length);
      await writeServerManifest(path.join(folder, `${name}.ism`), sources(name));
    }
  });
