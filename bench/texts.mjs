// Manifests and playlists, and a Worker that answers with them as constants: the least that such an answer costs.
import { writeFile } from 'node:fs/promises';
import { local } from '../scripts/lib/project.mjs';
import { PRESENTATION } from './layout.mjs';
import { serve } from './workerd.mjs';

const MODULE = local('target/bench/texts.mjs');

/**
 * Serves what `worker` answers for the manifests of the presentation as constants, with the same headers.
 * @param {{origin: string}} worker
 * @param {{store: number, port: number}} options
 */
export async function serveTexts(worker, options) {
  const paths = await pathsOf(worker);
  const texts = {};
  for (const path of Object.values(paths)) texts[path] = await answerOf(worker, path);
  await writeFile(MODULE, `export default ${JSON.stringify(texts)};\n`);
  const served = await serve(
    'constant',
    [
      ['index.js', 'esModule', local('bench/constant.mjs')],
      ['texts.mjs', 'esModule', MODULE],
    ],
    options,
  );
  return { ...served, paths };
}

/** What is asked for each kind of manifest. */
async function pathsOf(worker) {
  const base = `/${PRESENTATION}`;
  const master = await answerOf(worker, `${base}/master.m3u8`);
  const playlist = master.text.split('\n').find((line) => line && !line.startsWith('#'));
  return {
    smooth: `${base}/Manifest`,
    master: `${base}/master.m3u8`,
    playlist: `${base}/${playlist}`,
    mpd: `${base}/manifest.mpd`,
  };
}

async function answerOf({ origin }, path) {
  const response = await fetch(origin + path);
  const { date: _, 'transfer-encoding': __, ...headers } = Object.fromEntries(response.headers);
  return { headers, text: await response.text() };
}
