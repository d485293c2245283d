// A viewer: loads a film's manifest, then fragments of it, and the manifest again when those are gone.
import { setTimeout as pause } from 'node:timers/promises';
import { FILM } from './editions.mjs';

const STREAMS = { low: 'video', high: 'video', sound: 'audio' };
/** Every fragment of every edition has as many bytes before its end: see `editions.mjs`. */
const SHORTEST = { low: 12_000, high: 25_000, sound: 500 };

const pathOf = ({ level, bitrate, start, noun, generation }) =>
  `/${FILM}/${generation ? `${generation}/` : ''}QualityLevels(${bitrate})/${noun}(${STREAMS[level]}=${start})`;

/**
 * Fetches whatever comes to its mind, as fast as it can.
 * @param {{places: import('./stage.mjs').Place[], judge: import('./judge.mjs').Judge, random: import('./random.mjs').Random, isOver: () => boolean}} where
 */
export async function watch({ places, judge, random, isOver }) {
  while (!isOver()) {
    const here = random.pick(places);
    const manifest = judge.manifest(await here.get(`/${FILM}/Manifest`));
    for (let left = manifest ? random.between(5, 25) : 0; left > 0 && !isOver(); left--) {
      // Now and then a viewer is led to another location, which may know another edition.
      const place = random.chance(0.9) ? here : random.pick(places);
      const outcome = await fetchSome(place, judge, random, manifest);
      if (outcome === 'gone') break;
      if (outcome === 'later') await pause(random.between(1, 20));
    }
  }
}

function fetchSome(place, judge, random, { generation, levels }) {
  const { level, bitrate, chunks } = random.pick(levels);
  const { start } = random.pick(chunks);
  const asked = { level, bitrate, start, noun: 'Fragments', generation: random.chance(0.7) ? generation : undefined };
  const get = (asked, headers) => place.get(pathOf(asked), headers);
  const way = random.next();
  if (way < 0.15) return judge.resumed(asked, random.between(100, 600), (headers) => get(asked, headers));
  if (way < 0.35) {
    const noun = random.pick(['Fragments', 'RawFragments']);
    const to = random.between(2, SHORTEST[level]);
    const range = [random.between(0, to - 1), to];
    const part = { ...asked, noun, range };
    return get(part, { range: `bytes=${range[0]}-${range[1] - 1}` }).then((answer) => judge.fragment(part, answer));
  }
  const whole = { ...asked, noun: random.pick(['Fragments', 'Fragments', 'FragmentInfo', 'RawFragments']) };
  return get(whole).then((answer) => judge.fragment(whole, answer));
}

/**
 * Plays everything there is in order, by the manifest and by URLs without a generation.
 * @returns {Promise<number[] | undefined>} the bitrates, unless anything was missing
 */
export async function play(place, judge) {
  const manifest = judge.manifest(await place.get(`/${FILM}/Manifest`));
  if (!manifest) return undefined;
  for (const generation of [manifest.generation, undefined]) {
    for (const { level, bitrate, chunks } of manifest.levels) {
      for (const { start } of chunks) {
        const asked = { level, bitrate, start, noun: 'Fragments', generation };
        if (judge.fragment(asked, await place.get(pathOf(asked))) !== 'carried') return undefined;
      }
    }
  }
  return manifest.levels.map(({ bitrate }) => bitrate);
}
