// The ffmpeg and ffprobe that npm brings: pinned, the same on every machine of a platform.
//
// ffmpeg is the 4.1 line (the only one to be had as an npm package with the binary inside, for Linux and
// macOS, Intel and ARM); its `ismv` muxer was compared with current ones. ffprobe is from 2023.
import { accessSync, chmodSync, constants } from 'node:fs';
import { createRequire } from 'node:module';
import { ScriptError } from './errors.mjs';

const require = createRequire(import.meta.url);

export const ffmpegPath = () => binary('@ffmpeg-installer/ffmpeg');
export const ffprobePath = () => binary('@ffprobe-installer/ffprobe');

function binary(name) {
  let file;
  try {
    file = require(name).path;
  } catch (error) {
    const hint = 'Run `npm ci` again; on a platform it has no binary for, the sample cannot be made.';
    throw new ScriptError(`The npm package ${name} has no binary here: ${error.message ?? error}`, { hint });
  }
  // The package marks it executable in an install script, which npm may be configured not to run.
  try {
    accessSync(file, constants.X_OK);
  } catch {
    chmodSync(file, 0o755);
  }
  return file;
}
