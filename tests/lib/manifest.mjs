// Reads a client manifest as a player does ([MS-SSTR] 2.2.2), with none of our own code.
import { named, parseXml } from './xml.mjs';

/**
 * @typedef {{start: number, duration: number}} Chunk
 * @typedef {{[attribute: string]: any, custom: Record<string, string>[]}} Level its attributes, and those of its own making
 * @typedef {{attributes: Record<string, string>, levels: Level[], chunks: Chunk[], elements: Record<string, string>[], url: (bitrate: string | number, start: number | string) => string}} Stream
 * @param {string | Buffer} text
 * @returns {{attributes: Record<string, string>, streams: Stream[], stream: (name: string) => Stream}}
 */
export function readManifest(text) {
  const root = parseXml(String(text));
  if (root.name !== 'SmoothStreamingMedia') throw new Error(`the root is ${root.name}`);
  const streams = named(root, 'StreamIndex').map((stream) => ({
    attributes: stream.attributes,
    levels: named(stream, 'QualityLevel').map((level) => ({ ...level.attributes, custom: custom(level) })),
    elements: named(stream, 'c').map((c) => c.attributes),
    chunks: [...timeline(named(stream, 'c'))],
    url: (bitrate, start) => stream.attributes.Url.replace('{bitrate}', bitrate).replace('{start time}', start),
  }));
  return {
    attributes: root.attributes,
    streams,
    stream: (name) => streams.find(({ attributes }) => attributes.Name === name),
  };
}

const custom = (level) =>
  named(level, 'CustomAttributes').flatMap((all) => named(all, 'Attribute').map(({ attributes }) => attributes));

/** Chunks spelled out: `r` says how often a chunk comes, a `t` that is missing follows from the one before. */
function* timeline(elements) {
  let at = 0;
  for (const { attributes } of elements) {
    if ('t' in attributes) at = Number(attributes.t);
    if (!('d' in attributes)) throw new Error('a chunk has no d, which some players cannot do without');
    for (let times = Number(attributes.r ?? 1); times > 0; times--) {
      yield { start: at, duration: Number(attributes.d) };
      at += Number(attributes.d);
    }
  }
}
