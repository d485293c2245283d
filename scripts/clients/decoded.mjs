// Counts decoded frames: every client writes what it decoded, video as thumbnails in PNG, one behind the other, and audio
// as raw stereo. (The clients' own counters miss and repeat frames.)
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';

export const PICTURE = { width: 32, height: 18, file: 'pictures.png' };
export const SOUND = { channels: 2, bytes: 2, file: 'sound.s16' };
const PNG_SIGNATURE = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');

/** What lies in the folder, counted. */
export async function decodedIn(folder, source) {
  const counted = {};
  if (source.video) counted.video = await picturesIn(path.join(folder, PICTURE.file));
  if (source.audio)
    counted.audio =
      (await sizeOf(path.join(folder, SOUND.file))) / (SOUND.channels * SOUND.bytes * source.audio.samples);
  return counted;
}

async function picturesIn(file) {
  const content = await readFile(file).catch(() => Buffer.alloc(0));
  let count = 0;
  for (let at = content.indexOf(PNG_SIGNATURE); at >= 0; at = content.indexOf(PNG_SIGNATURE, at + 1)) count += 1;
  return count;
}

const sizeOf = (file) =>
  stat(file).then(
    ({ size }) => size,
    () => 0,
  );
