// Parses and writes URLs of presentations (docs/protocol.md).

const SMOOTH = /^\/(.+?\.isml?)\/(?:([0-9a-f]{16})\/)?QualityLevels\((\d+)[^)]*\)\/Fragments\((.+)=(\d+)\)$/i;
const SEGMENT = /^\/(.+?\.isml?)\/([0-9a-f]{16})\/([^/]+)\/(\d+)\/(?:(\d+)ms\/)?(\d+)\.(?:m4s|vtt)$/i;

/** A token in front of a path: `/hdntl=exp=…`. */
const TOKEN = /^\/(?:hdnt[ls]|jwt)=[^/]+/;

/** `films/größe.ism` as a path. */
export const toPath = (presentation) => presentation.split('/').map(encodeURIComponent).join('/');

/** The token that stands in front of a path, with the slash before it, or nothing. */
export const tokenOf = (path) => TOKEN.exec(path)?.[0] ?? '';

/**
 * @typedef {object} Fragment that a URL names; of a segment of several chunks, the first
 * @property {string} presentation
 * @property {string} [generation]
 * @property {number} bitrate
 * @property {string} stream
 * @property {number} start in ticks
 * @property {number} segment about how many milliseconds a segment of several chunks lasts; 0 of one chunk
 */

/**
 * The fragment that a URL names. The path is split before it is decoded, since names may hold a slash.
 * @param {string} url
 * @returns {Fragment | undefined}
 */
export function fragmentOf(url) {
  const path = new URL(url, location.href).pathname.replace(TOKEN, '');
  const [smooth, segment] = [SMOOTH.exec(path), SEGMENT.exec(path)];
  if (!smooth && !segment) return undefined;
  const [presentation, generation, bitrate, stream, start, target = '0'] = smooth
    ? smooth.slice(1)
    : [segment[1], segment[2], segment[4], segment[3], segment[6], segment[5]];
  return {
    presentation: decodeURIComponent(presentation),
    generation,
    bitrate: Number(bitrate),
    stream: decodeURIComponent(stream),
    start: Number(start),
    segment: Number(target),
  };
}

const PRESENTATION = /^\/(.+?\.isml?)(?:\/(.*))?$/i;
/** What manifests and fragments of each protocol have behind their presentation. */
const KINDS = { dash: /mpd/i, hls: /m3u8/i, smooth: /^manifest(?!\.)|QualityLevels/i };
const FILTER = /^manifest\(.*?\bfilter=([^,)]+)/i;

/**
 * What is to be played at an address that somebody has typed or pasted, with its host or without.
 * @param {string} address
 * @returns {{presentation: string, protocol?: string, query: string, token: string, filter: string} | undefined} `undefined`
 *   where it is none of this host; `filter`: the names of stored ones
 */
export function playedAt(address) {
  if (!URL.canParse(address, location.origin)) return undefined;
  const { host, pathname, search } = new URL(address, location.origin);
  const token = tokenOf(pathname);
  const [, presentation, rest = ''] = PRESENTATION.exec(pathname.slice(token.length)) ?? [];
  if (host !== location.host || !presentation) return undefined;
  const protocol = Object.keys(KINDS).find((kind) => KINDS[kind].test(rest));
  const [, filter = ''] = FILTER.exec(rest) ?? [];
  const query = search.slice(1);
  return { presentation: decodeURIComponent(presentation), protocol, query, token, filter: decodeURIComponent(filter) };
}

/** The part of a URL behind its presentation. */
export const within = (url, presentation) =>
  decodeURIComponent(new URL(url, location.href).pathname.replace(TOKEN, '')).slice(presentation.length + 2);
