// Counts the frames that a player should decode: those that ffprobe decodes from the source files.
import path from 'node:path';
import { ffprobePath } from '../lib/ffmpeg.mjs';
import { run } from '../lib/run.mjs';
import { ScriptError } from '../lib/errors.mjs';
import { stateOf } from '../seed/media.mjs';
import { named } from '../seed/named.mjs';

const WITH_FRAMES = /\.(ism[va]|mp4|m4[va]|mp4a|cmf[va]|mov|3gp)$/i;

/**
 * @param {string} folder the media folder
 * @param {string} key the server manifest in it
 * @returns {Promise<{video?: {frames: number}, audio?: {frames: number, samples: number}}>}
 *   the levels of a stream are alike; of several streams of a kind, the first counts. `samples`: in a frame
 */
export async function framesOf(folder, key) {
  if (!(await stateOf(folder, key)))
    throw new ScriptError(`There is no ${key} below ${folder}.`, {
      hint: 'Name the folder that is served: --media DIR',
    });
  const found = {};
  for (const name of (await named(folder, key)).filter((source) => WITH_FRAMES.test(source))) {
    for (const { codec_type: kind, nb_read_frames: frames, ...stream } of await streamsIn(path.join(folder, name))) {
      if (kind === 'video' || kind === 'audio') found[kind] ??= { frames: Number(frames), samples: samplesOf(stream) };
    }
  }
  return found;
}

async function streamsIn(file) {
  const show = ['-show_entries', 'stream=codec_type,codec_name,profile,nb_read_frames', '-of', 'json'];
  return JSON.parse(
    await run(ffprobePath(), ['-v', 'error', '-count_frames', ...show, file], { title: `ffprobe ${file}` }),
  ).streams;
}

function samplesOf({ codec_name: codec, profile }) {
  if (codec === 'aac') return /HE/.test(profile) ? 2048 : 1024;
  return 1536; // AC-3 and E-AC-3
}
