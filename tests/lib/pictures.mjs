// Tells which frame of a file a picture shows that a player has drawn, by what it looks like.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { ffmpegPath } from '../../scripts/lib/ffmpeg.mjs';
import { PICTURE } from './screening.mjs';

const BYTES = PICTURE.width * PICTURE.height * 4;

/**
 * Small pictures of all frames of the first video in `file`, in the order in which they are shown.
 * @param {string} file
 * @returns {Promise<Buffer[]>}
 */
export async function picturesOf(file) {
  const small = `scale=${PICTURE.width}:${PICTURE.height}:flags=area`;
  const raw = ['-vsync', 'passthrough', '-pix_fmt', 'rgba', '-f', 'rawvideo', '-'];
  const args = ['-v', 'error', '-i', file, '-map', '0:v:0', '-vf', small, ...raw];
  const { stdout } = await promisify(execFile)(ffmpegPath(), args, { encoding: 'buffer', maxBuffer: 2 ** 28 });
  return Array.from({ length: stdout.length / BYTES }, (_, at) => stdout.subarray(at * BYTES, (at + 1) * BYTES));
}

/**
 * The number of the frame that a picture looks most like.
 * @param {Buffer} picture
 * @param {Buffer[]} all
 */
export function numberOf(picture, all) {
  const differences = all.map((one) => picture.reduce((sum, value, at) => sum + Math.abs(value - one[at]), 0));
  return differences.indexOf(Math.min(...differences));
}
