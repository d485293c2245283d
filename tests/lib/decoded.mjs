// Decodes a file or a URL with the pinned ffmpeg: each frame's time and checksum.
import { ffmpegPath } from '../../scripts/lib/ffmpeg.mjs';
import { run } from '../../scripts/lib/run.mjs';

/**
 * @typedef {{time: number, digest: string}} Decoded `time`: when it is shown, in seconds
 *
 * All frames of one stream, in the order in which they are shown.
 * @param {string} input a file or a URL
 * @param {string} stream as ffmpeg names one: `v:0`
 * @param {string} [key] what it is encrypted with, in hexadecimal: of one fragment this ffmpeg takes AES-CTR
 * @returns {Promise<Decoded[]>}
 */
export async function decoded(input, stream, key) {
  const args = [
    '-v',
    'error',
    ...(key ? ['-decryption_key', key] : []),
    '-copyts',
    '-i',
    input,
    '-map',
    `0:${stream}`,
    '-vsync',
    'passthrough',
    '-copytb',
    '1',
    '-f',
    'framemd5',
    '-',
  ];
  const lines = (await run(ffmpegPath(), args, { title: `ffmpeg ${input}` })).split('\n');
  const [, num, den] = lines.map((line) => /^#tb 0: (\d+)\/(\d+)/.exec(line)).find(Boolean);
  return lines
    .filter((line) => /^\d/.test(line))
    .map((line) => {
      const [, , pts, , , digest] = line.split(',').map((field) => field.trim());
      return { time: (Number(pts) * Number(num)) / Number(den), digest };
    });
}
