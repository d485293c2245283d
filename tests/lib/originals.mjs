// The samples that segments must come to, of a fragmented and of a progressive presentation.
import path from 'node:path';
import { startEdge } from './edge.mjs';
import {
  LEVELS as PROGRESSIVE_LEVELS,
  PROGRESSIVE,
  progressiveFolder,
  samplesOf,
  twinSamples,
} from './progressive.mjs';
import { SAMPLE, sampleFolder, sampleLevels } from './sample.mjs';

/**
 * Serves both presentations. Each comes with its levels, and the samples that each level must come to.
 * @param {Parameters<typeof startEdge>[1]} [options]
 */
export async function startOriginals(options) {
  const plain = await progressiveFolder();
  return [
    {
      name: SAMPLE,
      edge: await startEdge(await sampleFolder(), options),
      levels: sampleLevels().map((level) => ({ ...level, samples: level.fragments.flatMap(samplesOf) })),
    },
    {
      name: PROGRESSIVE,
      edge: await startEdge(plain, options),
      levels: PROGRESSIVE_LEVELS.map((level) => ({
        stream: level.kind,
        bitrate: level.bitrate,
        samples: twinSamples(plain, level),
      })),
    },
  ];
}

/** The path of what a manifest of the presentation calls `url`. */
export const inside = (name, url) => `/${path.posix.dirname(name)}/${path.posix.basename(name)}/${url}`;
