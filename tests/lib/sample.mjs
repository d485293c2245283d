// The sample presentation that `npm start` serves, and what its files hold.
import path from 'node:path';
import { SAMPLE_MEDIA } from '../../scripts/lib/project.mjs';
import { makeSample } from '../../scripts/sample.mjs';
import { AUDIO, LEVELS } from '../../scripts/sample/recipe.mjs';
import { fragmentsOfTrack } from './boxes.mjs';

export const SAMPLE = 'sample/sample.ism';

/** The media folder with the sample in it. */
export async function sampleFolder() {
  await makeSample();
  return SAMPLE_MEDIA;
}

/**
 * @typedef {object} SampleLevel
 * @property {'video' | 'audio'} stream
 * @property {number} bitrate
 * @property {string} source its file
 * @property {number} [width]
 * @property {number} [height]
 * @property {number} [sampleRate]
 * @property {number} [channels]
 * @property {import('./boxes.mjs').Fragment[]} fragments
 */

/**
 * Every level with the fragments of its file.
 * @returns {SampleLevel[]}
 */
export function sampleLevels() {
  const level =
    (stream) =>
    ({ bitrate, file, ...more }) => {
      const source = path.join(SAMPLE_MEDIA, path.dirname(SAMPLE), file);
      return { stream, bitrate, source, ...more, fragments: fragmentsOfTrack(source, 1) };
    };
  return [...LEVELS.map(level('video')), level('audio')(AUDIO)];
}
