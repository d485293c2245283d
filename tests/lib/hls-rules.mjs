// Checks playlists against RFC 8216, its successor draft-pantos-hls-rfc8216bis and Apple's authoring specification, as far
// as their text shows. Each broken rule is a sentence.
import { readPlaylist } from './cmaf.mjs';

/** How often a tag may stand in a playlist of this kind. */
const MULTIVARIANT = {
  'EXT-X-VERSION': 1,
  'EXT-X-INDEPENDENT-SEGMENTS': 1,
  'EXT-X-SESSION-KEY': Infinity,
  'EXT-X-MEDIA': Infinity,
  'EXT-X-STREAM-INF': Infinity,
  'EXT-X-I-FRAME-STREAM-INF': Infinity,
};
const MEDIA = {
  'EXT-X-VERSION': 1,
  'EXT-X-TARGETDURATION': 1,
  'EXT-X-MEDIA-SEQUENCE': 1,
  'EXT-X-PLAYLIST-TYPE': 1,
  'EXT-X-INDEPENDENT-SEGMENTS': 1,
  'EXT-X-I-FRAMES-ONLY': 1,
  'EXT-X-START': 1,
  'EXT-X-MAP': 1,
  'EXT-X-KEY': Infinity,
  EXTINF: Infinity,
  'EXT-X-ENDLIST': 1,
};

const INTEGER = /^\d{1,20}$/;
const QUOTED = /^"[^"\r\n]*"$/;
const YES_NO = /^(YES|NO)$/;
const RESOLUTION = /^\d+x\d+$/;
/** `SAMPLE-AES-CTR` is of rfc8216bis, as is KEYID. */
const KEY = {
  METHOD: [/^SAMPLE-AES(-CTR)?$/, true],
  URI: [QUOTED, true],
  KEYFORMAT: [QUOTED, true],
  KEYFORMATVERSIONS: [/^"\d+(\/\d+)*"$/],
  KEYID: [/^0x[0-9a-f]{32}$/i],
};
/** `RFC 8216` 4.3.2 and 4.3.4: what an attribute looks like, and whether it has to be there. */
const ATTRIBUTES = {
  'EXT-X-MEDIA': {
    TYPE: [/^(AUDIO|SUBTITLES)$/, true],
    'GROUP-ID': [QUOTED, true],
    NAME: [QUOTED, true],
    LANGUAGE: [/^"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*"$/],
    DEFAULT: [YES_NO],
    AUTOSELECT: [YES_NO],
    FORCED: [YES_NO],
    CHARACTERISTICS: [QUOTED],
    CHANNELS: [/^"\d+(\/[A-Z0-9-]*)?"$/],
    URI: [QUOTED, true],
  },
  'EXT-X-STREAM-INF': {
    BANDWIDTH: [INTEGER, true],
    'AVERAGE-BANDWIDTH': [INTEGER, true],
    CODECS: [QUOTED, true],
    RESOLUTION: [RESOLUTION],
    'FRAME-RATE': [/^\d+\.\d{3}$/],
    AUDIO: [QUOTED],
    SUBTITLES: [QUOTED],
    'VIDEO-RANGE': [/^(SDR|HLG|PQ)$/],
    'CLOSED-CAPTIONS': [/^(NONE|"[^"]*")$/],
  },
  // Neither FRAME-RATE nor groups.
  'EXT-X-I-FRAME-STREAM-INF': {
    BANDWIDTH: [INTEGER, true],
    'AVERAGE-BANDWIDTH': [INTEGER],
    CODECS: [QUOTED, true],
    RESOLUTION: [RESOLUTION, true],
    'VIDEO-RANGE': [/^(SDR|HLG|PQ)$/],
    URI: [QUOTED, true],
  },
  'EXT-X-START': { 'TIME-OFFSET': [/^-?\d+(\.\d+)?$/, true], PRECISE: [YES_NO] },
  'EXT-X-MAP': { URI: [QUOTED, true] },
  'EXT-X-KEY': KEY,
  'EXT-X-SESSION-KEY': KEY,
};

/** @returns {string[]} which rules a multivariant playlist breaks */
export function multivariantFaults(text) {
  const { tags, faults, check } = read(text, MULTIVARIANT);
  /** @returns {Record<string, string>[]} */
  const of = (wanted) =>
    tags.filter(({ tag }) => tag === wanted).map(({ attributes, url }) => ({ ...attributes, url }));
  const [variants, media, keys] = [of('EXT-X-STREAM-INF'), of('EXT-X-MEDIA'), of('EXT-X-I-FRAME-STREAM-INF')];
  check(variants.length > 0, 'there is no variant');
  for (const variant of variants) {
    check(variant.url, 'a variant has no URL');
    check(
      Number(variant['AVERAGE-BANDWIDTH']) <= Number(variant.BANDWIDTH),
      `on average ${variant.url} takes more than at most`,
    );
    const isVideo = /^(avc|hvc|hev|av01|vp09)/.test(variant.CODECS);
    check(
      isVideo === (variant.RESOLUTION !== undefined),
      `${variant.url} is video, or not, and its RESOLUTION says otherwise`,
    );
    check(isVideo || variant['FRAME-RATE'] === undefined, `${variant.url} has a FRAME-RATE, and no video`);
    for (const type of ['AUDIO', 'SUBTITLES']) {
      if (variant[type] !== undefined)
        check(
          media.some((one) => one.TYPE === type && one['GROUP-ID'] === variant[type]),
          `${variant.url} names a group that is not there: ${variant[type]}`,
        );
    }
  }
  // 4.3.4.1.1: groups of a type have the same members, each once, and one default at most.
  const groups = new Map();
  for (const one of media)
    groups.set(`${one.TYPE} ${one['GROUP-ID']}`, [...(groups.get(`${one.TYPE} ${one['GROUP-ID']}`) ?? []), one]);
  for (const [id, members] of groups) {
    const names = members.map(({ NAME }) => NAME);
    check(new Set(names).size === names.length, `group ${id} has a name twice: ${names}`);
    check(members.filter(({ DEFAULT }) => DEFAULT === 'YES').length <= 1, `group ${id} has several defaults`);
    check(
      members.every((one) => one.DEFAULT !== 'YES' || one.AUTOSELECT !== 'NO'),
      `what is the default of group ${id} is not to be selected`,
    );
    check(
      variants.some((variant) => id === `AUDIO ${variant.AUDIO}` || id === `SUBTITLES ${variant.SUBTITLES}`),
      `no variant has group ${id}`,
    );
    const languages = members
      .filter(({ AUTOSELECT }) => AUTOSELECT === 'YES')
      .map(({ LANGUAGE, CHARACTERISTICS }) => `${LANGUAGE} ${CHARACTERISTICS}`);
    check(
      new Set(languages).size === languages.length,
      `of group ${id} a player cannot select by language: ${languages}`,
    );
  }
  // Apple's 9.7: every level can be wound through, and by keyframes only of levels that there are.
  const videos = new Set(variants.filter(({ RESOLUTION: size }) => size).map(({ url }) => url));
  // Apple's 9.16: of each dynamic range, unless all is SDR.
  const ranges = [...variants.filter(({ RESOLUTION: size }) => size), ...keys].map((one) => one['VIDEO-RANGE']);
  check(
    ranges.every((range) => range === undefined) || (ranges.every(Boolean) && ranges.some((range) => range !== 'SDR')),
    `dynamic ranges are ${ranges}`,
  );
  check(keys.length === videos.size, `${videos.size} video levels, and keyframes of ${keys.length}`);
  return faults;
}

/** Groups of audio that have other members than the first of their codec. */
export function incompleteGroups(text) {
  const tags = readPlaylist(text);
  const media = tags
    .filter(({ tag, attributes: { TYPE } }) => tag === 'EXT-X-MEDIA' && TYPE === 'AUDIO')
    .map(({ attributes }) => attributes);
  const codecOf = (id) =>
    tags
      .find(({ attributes }) => attributes.AUDIO === id)
      .attributes.CODECS.split(',')
      .at(-1)
      .split('.')[0];
  const members = new Map();
  for (const { 'GROUP-ID': id, NAME, LANGUAGE } of media)
    members.set(id, [...(members.get(id) ?? []), `${NAME} ${LANGUAGE}`]);
  const first = new Map();
  return [...members].filter(([id, own]) => {
    const codec = codecOf(id);
    if (!first.has(codec)) first.set(codec, String(own));
    return first.get(codec) !== String(own);
  });
}

/** @returns {string[]} which rules a media playlist breaks */
export function mediaFaults(text) {
  const { tags, faults, check } = read(text, MEDIA);
  const value = (wanted) => tags.find(({ tag }) => tag === wanted)?.value;
  const has = (wanted) => value(wanted) !== undefined;
  const isText = tags.some(({ url }) => url?.endsWith('.vtt'));
  for (const wanted of ['EXT-X-TARGETDURATION', 'EXT-X-ENDLIST', ...(isText ? [] : ['EXT-X-MAP'])])
    check(has(wanted), `it has no ${wanted}`);
  check(INTEGER.test(value('EXT-X-TARGETDURATION')), 'its target duration is no integer');
  check(value('EXT-X-PLAYLIST-TYPE') === 'VOD', 'it is not on demand');
  check(tags.at(-1).tag === 'EXT-X-ENDLIST', 'it goes on behind its end');
  const keys = tags.filter(({ tag }) => tag === 'EXT-X-KEY').map(({ attributes }) => attributes.KEYFORMAT);
  check(new Set(keys).size === keys.length, `it has several keys of one format: ${keys}`);
  const segments = tags.filter(({ tag }) => tag === 'EXTINF');
  check(segments.length > 0, 'it has no segment');
  const place = (wanted) => tags.findIndex(({ tag }) => tag === wanted);
  for (const wanted of ['EXT-X-MAP', 'EXT-X-MEDIA-SEQUENCE'])
    check(place(wanted) < place('EXTINF'), `${wanted} stands behind a segment`);
  for (const { value: said, url } of segments) {
    check(/^\d+\.\d+,$/.test(said), `${url} does not last a decimal number of seconds: ${said}`);
    check(
      Math.round(parseFloat(said)) <= Number(value('EXT-X-TARGETDURATION')),
      `${url} lasts longer than the target: ${said}`,
    );
    check(url !== undefined, 'a segment has no URL');
  }
  const start = tags.find(({ tag }) => tag === 'EXT-X-START')?.attributes['TIME-OFFSET'] ?? '0';
  check(
    Number(start) >= 0 && Number(start) < parseFloat(segments[0]?.value),
    `it starts outside its first segment: ${start}`,
  );
  check(new Set(segments.map(({ url }) => url)).size === segments.length, 'it has a segment twice');
  // RFC 8216 7: what each feature asks for.
  /** @type {[is: boolean, version: number][]} */
  const needed = [
    [true, 3],
    [has('EXT-X-I-FRAMES-ONLY'), 5],
    [has('EXT-X-MAP') && !has('EXT-X-I-FRAMES-ONLY'), 6],
  ];
  for (const [is, version] of needed)
    check(
      !is || Number(value('EXT-X-VERSION')) >= version,
      `it has what version ${version} has, and is of ${value('EXT-X-VERSION')}`,
    );
  return faults;
}

/** What holds for either kind: the form of lines, which tags there may be and how often, what their attributes look like. */
function read(text, allowed) {
  const faults = [];
  const check = (holds, fault) => holds || faults.push(fault);
  check(
    !text.startsWith('\ufeff') && !text.includes('\r') && text.endsWith('\n'),
    'its lines are not those of a text file',
  );
  check(!/\n\n/.test(text), 'it has an empty line');
  const tags = readPlaylist(text);
  check(tags[0].tag === 'EXT-X-VERSION', 'its version does not come first');
  for (const [tag, most] of Object.entries(allowed))
    check(tags.filter((one) => one.tag === tag).length <= most, `${tag} stands there too often`);
  for (const { tag, value } of tags) {
    check(tag in allowed, `${tag} does not belong here`);
    const known = ATTRIBUTES[tag];
    if (!known) continue;
    const stated = [...value.matchAll(/([A-Z0-9-]+)=("[^"]*"|[^",]*)(,|$)/g)];
    check(stated.map(([whole]) => whole).join('') === value, `${tag} is no list of attributes: ${value}`);
    const names = stated.map(([, name]) => name);
    check(new Set(names).size === names.length, `${tag} has an attribute twice: ${names}`);
    for (const [, name, said] of stated) check(known[name]?.[0].test(said), `${tag} has ${name}=${said}`);
    for (const [name, [, isNeeded]] of Object.entries(known))
      check(!isNeeded || names.includes(name), `${tag} has no ${name}`);
  }
  return { tags, faults, check };
}

/**
 * The peak segment bit rate (`RFC 8216` 4.1): of any segments in a row that last between half the target duration and one
 * and a half of it; if all last less, of all.
 * @param {{bytes: number, seconds: number}[]} segments
 */
export function peakOf(segments, target) {
  let peak = 0;
  for (let first = 0; first < segments.length; first++) {
    let [bytes, seconds] = [0, 0];
    for (const segment of segments.slice(first)) {
      [bytes, seconds] = [bytes + segment.bytes, seconds + segment.seconds];
      if (seconds > 1.5 * target) break;
      if (seconds >= 0.5 * target) peak = Math.max(peak, (bytes * 8) / seconds);
    }
  }
  return peak || averageOf(segments);
}

export const averageOf = (segments) =>
  (segments.reduce((sum, { bytes }) => sum + bytes, 0) * 8) / segments.reduce((sum, { seconds }) => sum + seconds, 0);
