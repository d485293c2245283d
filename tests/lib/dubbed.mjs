// Films in two languages, at the frame rates of cinema and television: fragmented, progressive, and audio alone.
import path from 'node:path';
import { ffmpeg, h264, inputs, ismv, madeFolder, writeServerManifest } from './media.mjs';

const LANGUAGES = ['deu', 'eng'];
const RATES = [64_000, 128_000];
const sound = (language, bitrate) => ({
  kind: 'audio',
  src: `${language}_${bitrate}.isma`,
  bitrate,
  name: `audio_${language}`,
});
const SOUNDS = LANGUAGES.flatMap((language) => RATES.map((bitrate) => sound(language, bitrate)));

/** Presentations, and the frame rate of each. */
export const DUBBED = {
  'films/dubbed.ism': {
    rate: '30000/1001',
    tracks: [
      { kind: 'video', src: 'ntsc_200k.ismv', bitrate: 200_000 },
      { kind: 'video', src: 'ntsc_400k.ismv', bitrate: 400_000 },
      ...SOUNDS,
    ],
  },
  'films/plain.ism': {
    rate: '24000/1001',
    tracks: [
      { kind: 'video', src: 'film.mp4', bitrate: 300_000, trackId: 1 },
      { kind: 'audio', src: 'film.mp4', bitrate: 64_000, trackId: 2, name: 'audio_deu' },
      { kind: 'audio', src: 'film.mp4', bitrate: 64_001, trackId: 3, name: 'audio_eng' },
      { kind: 'audio', src: 'film.mp4', bitrate: 192_000, trackId: 4, name: 'dolby_deu' },
    ],
  },
  'films/sound.ism': { tracks: SOUNDS },
};

export const dubbedFolder = () =>
  madeFolder('dubbed', import.meta.filename, async (folder) => {
    for (const [key, { tracks }] of Object.entries(DUBBED)) await writeServerManifest(path.join(folder, key), tracks);
    const films = path.join(folder, 'films');
    const video = (bitrate, size, gop) => ['-map', '0:v', ...h264(bitrate, gop), '-s', size];
    const ntsc = inputs({ rate: '30000/1001', seconds: 9 });
    await ffmpeg(
      films,
      ...ntsc,
      ...video(200_000, '320x180', 60),
      ...ismv,
      'ntsc_200k.ismv',
      ...video(400_000, '480x270', 60),
      ...ismv,
      'ntsc_400k.ismv',
    );
    for (const { src, bitrate } of SOUNDS) {
      const language = ['-metadata:s:a:0', `language=${src.slice(0, 3)}`];
      await ffmpeg(
        films,
        ...inputs({ seconds: 9 }),
        '-map',
        '1:a',
        '-c:a',
        'aac',
        '-b:a',
        bitrate,
        '-frag_duration',
        2_000_000,
        ...ismv,
        '-avoid_negative_ts',
        'make_zero',
        ...language,
        src,
      );
    }
    const sounds = [
      '-map',
      '1:a',
      '-map',
      '1:a',
      '-map',
      '1:a',
      '-c:a',
      'aac',
      '-b:a',
      64_000,
      '-c:a:2',
      'ac3',
      '-b:a:2',
      192_000,
    ];
    const languages = ['deu', 'eng', 'deu'].flatMap((language, at) => [`-metadata:s:a:${at}`, `language=${language}`]);
    await ffmpeg(
      films,
      ...inputs({ rate: '24000/1001', seconds: 9 }),
      ...video(300_000, '480x270', 48),
      ...sounds,
      ...languages,
      'film.mp4',
    );
  });
