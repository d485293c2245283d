// The requests of a soak's viewers. The nth request of a seed is the same in every run, except where it depends on earlier
// answers.
import { Random } from '../lib/random.mjs';
import { GENERATION } from './templates.mjs';

/**
 * @typedef {object} Asked
 * @property {import('./library.mjs').Presentation} presentation
 * @property {import('./templates.mjs').Resource} [resource] missing where nothing is there
 * @property {string} method
 * @property {string} path as it is sent
 * @property {Record<string, string>} headers
 * @property {string} [generation] that the path names
 * @property {[number, number]} [range] of the bytes, the end not included
 * @property {string} [etag] that the client has
 */

/** @returns {Asked} */
export function nth(seed, n, { presentations }) {
  const random = new Random(Math.imul(n + 1, 0x9e3779b1) ^ seed);
  const presentation = random.pick(presentations);
  const die = random.between(1, 100);
  if (die <= 8) return madeUp(random, presentation);
  const { resources } = presentation.template;
  const isManifest = random.chance(0.08);
  const picked = random.pick(resources.filter(({ kind }) => (kind === 'manifest') === isManifest));
  const names = picked.path.includes(GENERATION) && (random.chance(0.7) || !picked.path.includes('QualityLevels'));
  // Who knows of no generation begins with the client manifest, which comes first.
  const resource = names && !presentation.generation ? resources[0] : picked;
  const generation = names && resource === picked ? presentation.generation : undefined;
  const below = resource.path.replace(`${GENERATION}/`, generation ? `${generation}/` : '');
  const asked = {
    presentation,
    resource,
    method: 'GET',
    path: encodeURI(`/${presentation.key}/`) + below,
    headers: {},
    generation,
  };
  if (die <= 16) return { ...asked, method: 'HEAD' };
  const { length } = resource.bytes;
  if (die <= 26 && resource.kind !== 'manifest' && length > 1) {
    const [start, last] = [random.between(0, length - 1), random.between(0, length - 1)].sort(
      (one, other) => one - other,
    );
    return { ...asked, range: [start, last + 1], headers: { range: `bytes=${start}-${last}` } };
  }
  const etag = presentation.etags.get(resource);
  if (die <= 34 && etag) return { ...asked, etag, headers: { 'if-none-match': etag } };
  return asked;
}

/** A path of which nothing is there, or that means nothing. */
function madeUp(random, presentation) {
  const key = encodeURI(`/${presentation.key}`);
  const folder = encodeURI(`/${presentation.folder}`);
  const generation = Array.from({ length: 16 }, () => random.between(0, 15).toString(16)).join('');
  const path = random.pick([
    `${folder}${random.between(0, 999)}.ism/Manifest`,
    `${folder}film.ism/QualityLevels(40000)/Fragments(video=${random.between(1, 999)})`,
    `${key}/QualityLevels(${random.between(1, 999)})/Fragments(video=0)`,
    `${key}/QualityLevels(40000)/Fragments(smell=0)`,
    `${key}/${generation}/QualityLevels(40000)/Fragments(video=0)`,
    `${key}/QualityLevels(40000)/Fragments(video=${'9'.repeat(random.between(20, 400))})`,
    `${key}/QualityLevels(40000/Fragments(video=0)`,
    `${key}/../film.ism/Manifest`,
    `${key}/%2e%2e/Manifest%00`,
    `/%ff%fe.ism/Manifest`,
    `${folder}${'a/'.repeat(random.between(1, 600))}film.ism/Manifest`,
    `/${Array.from({ length: random.between(1, 60) }, () => String.fromCharCode(random.between(33, 126)))
      .join('')
      .replaceAll(/[?#]/g, '')}`,
  ]);
  return { presentation, method: random.pick(['GET', 'GET', 'GET', 'HEAD', 'POST']), path, headers: {} };
}
