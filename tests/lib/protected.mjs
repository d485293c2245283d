// A presentation in the clear, and the same encrypted in several ways.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { COMMON, PLAYREADY, WIDEVINE, encrypted, playReadyObject, widevineData } from './encrypt.mjs';
import { ffmpeg, h264, inputs, ismv, madeFolder, writeServerManifest } from './media.mjs';

export const KEY = { key: '76a6c65c5ea762046bd749a2e632ccbb', keyId: 'a7e61c373e219033c21091fa607bf3b8' };
export const OBJECT = playReadyObject(KEY);
export const SECONDS = 12;
const LICENSED = [[WIDEVINE, widevineData(KEY)], [PLAYREADY, OBJECT]];

/** What there is, beside `clear.ism`, by the names of their presentations. */
export const PRESENTATIONS = {
  piff: { scheme: 'piff', ...KEY, systems: [...LICENSED, [COMMON]] },
  cenc: { scheme: 'cenc', ...KEY, systems: LICENSED },
  cbcs: { scheme: 'cbcs', ...KEY, systems: [...LICENSED, [COMMON]] },
  /** Of no licence system. */
  bare: { scheme: 'cenc', ...KEY },
};

/** Three key frames in every fragment of pictures. */
export const LEVELS = [
  { kind: 'video', file: 'low.ismv', bitrate: 200_000, height: 180 },
  { kind: 'video', file: 'high.ismv', bitrate: 600_000, height: 360 },
  { kind: 'audio', file: 'sound.isma', bitrate: 64_000 },
];

/** The folder of them all. */
export const protectedFolder = () =>
  madeFolder('protected', import.meta.filename, async (folder) => {
    const clear = path.join(folder, 'clear');
    await mkdir(clear);
    const fragments = ['-frag_duration', 2_400_000, ...ismv];
    const pictures = LEVELS.filter(({ kind }) => kind === 'video').flatMap(({ file, bitrate, height }) => ['-map', '0:v', '-vf', `scale=-2:${height}`, ...h264(bitrate, 20), ...fragments, file]);
    await ffmpeg(clear, ...inputs({ size: '640x360', seconds: SECONDS }), ...pictures, '-map', '1:a', '-c:a', 'aac', '-b:a', 64_000, ...fragments, 'sound.isma');
    for (const [name, protection] of [['clear'], ...Object.entries(PRESENTATIONS)]) {
      await mkdir(path.join(folder, name), { recursive: true });
      for (const { file } of protection ? LEVELS : []) await writeFile(path.join(folder, name, file), encrypted(await readFile(path.join(clear, file)), protection));
      await writeServerManifest(path.join(folder, `${name}.ism`), LEVELS.map(({ kind, file, bitrate }) => ({ kind, src: `${name}/${file}`, bitrate })));
    }
  });
