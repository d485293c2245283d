// The file that an editor uploads over `brief_200k.ismv`: as long, cut at the same times, with other frames.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { LEVELS } from './brief.mjs';
import { ffmpeg, h264, inputs, ismv, madeFolder } from './media.mjs';

export async function replacement() {
  const [{ src, bitrate }] = LEVELS;
  const folder = await madeFolder('replacement', import.meta.filename, (scratch) =>
    ffmpeg(scratch, ...inputs(), '-map', '0:v', '-vf', 'hue=h=90,vflip', ...h264(bitrate * 0.9), ...ismv, src),
  );
  return readFile(path.join(folder, src));
}
