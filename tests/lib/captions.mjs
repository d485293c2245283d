// `films/captions.ism`: video and audio, and beside them text in three languages and as many syntaxes; and
// `films/stored.ism`, the same with text in fragmented MP4s.
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { ffmpeg, h264, inputs, ismv, madeFolder, writeServerManifest } from './media.mjs';
import { progressiveTtmlFile, ttmlFile } from './ttml.mjs';

export const CAPTIONS = 'films/captions.ism';
export const STORED = 'films/stored.ism';
export const SECONDS = 20;
/** Chunks of the video, and so of all text. */
export const CHUNK_SECONDS = 2;

const VIDEO = { kind: 'video', src: 'v.ismv', bitrate: 300_000, trackId: 1, name: 'video' };
const AUDIO = { kind: 'audio', src: 'a.isma', bitrate: 64_000, trackId: 1, name: 'audio' };
const text = (src, name, language, subtype) => ({ kind: 'textstream', src, name, language, subtype });
export const ENGLISH = text('captions.en.vtt', 'captions_en', 'eng', 'CAPT');
export const GERMAN = text('subtitles.de.srt', 'subtitles_de', 'deu', 'SUBT');
export const FRENCH = text('subtitles.fr.ttml', 'subtitles_fr', 'fra', 'SUBT');
/** As Microsoft's tools wrote it, with times from the start of each fragment; and as it is written today. */
export const DFXP = text('captions.dfxp.ismt', 'captions_dfxp', 'eng', 'CAPT');
export const STPP = text('captions.stpp.cmft', 'captions_stpp', 'deu', 'SUBT');
/** The same in a progressive MP4, where each document is a sample that the tables list. */
export const PROGRESSIVE_STPP = text('captions.plain.mp4', 'captions_plain', 'fra', 'SUBT');

/** What is said from each third second on, for two: half of it across the cut between two chunks. */
export const SAID = Array.from({ length: 6 }, (_, n) => ({ begin: 1 + 3 * n, end: 3 + 3 * n, number: n + 1 }));

const stamp = (seconds, point = '.') => `00:00:${String(seconds).padStart(2, '0')}${point}000`;

export const vtt = (said = SAID) =>
  [
    'WEBVTT - made for tests',
    'NOTE not said by anybody',
    ...said.map(
      ({ begin, end, number }) =>
        `${number}\n${stamp(begin)} --> ${stamp(end)} line:85% align:center\n<v Ann>Number <i>${number}</i>\n&lt;second&nbsp;line&gt;`,
    ),
  ].join('\n\n');

const srt = () =>
  `\ufeff${SAID.map(({ begin, end, number }) => `${number}\n${stamp(begin, ',')} --> ${stamp(end, ',')}\n<b>Nummer ${number}</b>\nfünf < sechs\n`).join('\n')}`.replaceAll(
    '\n',
    '\r\n',
  );

const ttml = () =>
  [
    '<?xml version="1.0"?><tt xmlns="http://www.w3.org/ns/ttml" xmlns:ttp="http://www.w3.org/ns/ttml#parameter" ',
    'ttp:tickRate="1000"><body><div>',
    ...SAID.map(({ begin, end, number }) => `<p begin="${begin * 1000}t" end="${end}s">Numéro ${number}</p>`),
    '</div></body></tt>',
  ].join('');

/** One document for each chunk, with times from `zero` of it. */
export const documents = (zero) =>
  Array.from({ length: SECONDS / CHUNK_SECONDS }, (_, n) => {
    const [start, end] = [n * CHUNK_SECONDS, (n + 1) * CHUNK_SECONDS];
    const shown = SAID.filter((one) => one.begin < end && one.end > start);
    const time = (seconds) => `${Math.min(Math.max(seconds, start), end) - zero(start)}s`;
    const paragraphs = shown.map(
      ({ begin, end: to, number }) =>
        `<p begin="${time(begin)}" end="${time(to)}">Number ${number}<br/>&lt;stored&gt;</p>`,
    );
    return {
      start,
      duration: CHUNK_SECONDS,
      document: `<?xml version="1.0" encoding="utf-8"?><tt xmlns="http://www.w3.org/ns/ttml" xml:lang="en"><body><div>${paragraphs.join('')}</div></body></tt>`,
    };
  });

export const captionsFolder = () =>
  madeFolder('captions', import.meta.filename, async (folder) => {
    const films = path.join(folder, 'films');
    await mkdir(films);
    const from = inputs({ seconds: SECONDS, size: '640x360' });
    await ffmpeg(films, ...from, '-map', '0:v', ...h264(VIDEO.bitrate), ...ismv, VIDEO.src);
    await ffmpeg(
      films,
      ...from,
      '-map',
      '1:a',
      '-c:a',
      'aac',
      '-b:a',
      AUDIO.bitrate,
      '-frag_duration',
      CHUNK_SECONDS * 1e6,
      ...ismv,
      AUDIO.src,
    );
    await writeFile(path.join(films, ENGLISH.src), vtt());
    await writeFile(path.join(films, GERMAN.src), srt());
    await writeFile(path.join(films, FRENCH.src), ttml());
    await writeFile(
      path.join(films, DFXP.src),
      ttmlFile({
        entry: 'dfxp',
        handler: 'text',
        timescale: 10_000_000,
        language: 'eng',
        samples: documents((start) => start),
      }),
    );
    await writeFile(
      path.join(films, STPP.src),
      ttmlFile({ entry: 'stpp', handler: 'subt', timescale: 1000, language: 'deu', samples: documents(() => 0) }),
    );
    await writeFile(
      path.join(films, PROGRESSIVE_STPP.src),
      progressiveTtmlFile({ timescale: 1000, language: 'fra', samples: documents(() => 0) }),
    );
    await writeServerManifest(path.join(folder, CAPTIONS), [VIDEO, AUDIO, ENGLISH, GERMAN, FRENCH]);
    await writeServerManifest(path.join(folder, STORED), [
      VIDEO,
      AUDIO,
      { ...DFXP, trackId: 1, bitrate: 1000 },
      { ...STPP, trackId: 1, bitrate: 1000 },
      PROGRESSIVE_STPP,
    ]);
  });
