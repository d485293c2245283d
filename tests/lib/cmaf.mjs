// Reads HLS playlists and DASH MPDs as a player does, with none of our own code.
import { named, parseXml } from './xml.mjs';

const TRICK_MODE = 'http://dashif.org/guidelines/trickmode';

/**
 * @typedef {{start: number, duration: number, url: string}} Segment
 * @typedef {{attributes: Record<string, string>, init: string, segments: Segment[]}} Level
 * @typedef {{attributes: Record<string, string>, levels: Level[]}} Set
 * @param {string} text
 * @returns {{attributes: Record<string, string>, sets: Set[], tricks: (Set & {of: string})[]}} `tricks`: the sets that only
 *   trick modes play, and the `id` of the set that each stands in for
 */
export function readMpd(text) {
  const root = parseXml(text);
  const [period] = named(root, 'Period');
  const sets = named(period, 'AdaptationSet').map((set) => {
    const [template] = named(set, 'SegmentTemplate');
    const timeline = named(template, 'SegmentTimeline').flatMap((one) => [...chunks(named(one, 'S'))]);
    const levels = named(set, 'Representation').map(({ attributes }) => {
      const fill = (url) => url.replace('$RepresentationID$', attributes.id);
      const segments = timeline.map((chunk) => ({
        ...chunk,
        url: fill(template.attributes.media).replace('$Time$', chunk.start),
      }));
      return { attributes, init: fill(template.attributes.initialization), segments };
    });
    const essential = named(set, 'EssentialProperty').map((one) => one.attributes);
    const trick = essential.find(({ schemeIdUri }) => schemeIdUri === TRICK_MODE);
    if (essential.some((one) => one !== trick)) throw new Error(`nobody knows ${JSON.stringify(essential)}`);
    return { attributes: { ...set.attributes, timescale: template.attributes.timescale }, levels, of: trick?.value };
  });
  return {
    attributes: root.attributes,
    sets: sets.filter(({ of }) => of === undefined),
    tricks: sets.filter(({ of }) => of !== undefined),
  };
}

/** `r` says how often a segment is repeated, a `t` that is missing follows from the one before. */
function* chunks(elements) {
  let at = 0;
  for (const { attributes } of elements) {
    at = Number(attributes.t ?? at);
    for (let times = 1 + Number(attributes.r ?? 0); times > 0; times--) {
      yield { start: at, duration: Number(attributes.d) };
      at += Number(attributes.d);
    }
  }
}

/**
 * A playlist's tags, each with its attributes or its value, and the line behind it where that is a URL.
 * @param {string} text
 * @returns {{tag: string, value: string, attributes: Record<string, string>, url?: string}[]}
 */
export function readPlaylist(text) {
  const [head, ...lines] = text.split('\n').filter((line) => line !== '');
  if (head !== '#EXTM3U') throw new Error(`it begins with ${head}`);
  const tags = [];
  for (const line of lines) {
    const [, tag, value = ''] = /^#(EXT[A-Z0-9-]+)(?::(.*))?$/.exec(line) ?? [];
    if (tag) tags.push({ tag, value, attributes: attributes(value) });
    else tags.at(-1).url = line;
  }
  return tags;
}

const attributes = (value) =>
  Object.fromEntries(
    [...value.matchAll(/([A-Z-]+)=(?:"([^"]*)"|([^,]*))/g)].map(([, name, quoted, plain]) => [name, quoted ?? plain]),
  );
