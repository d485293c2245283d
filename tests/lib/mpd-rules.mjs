// Checks an MPD against ISO/IEC 23009-1, as far as its text shows: elements and attributes of the schema that are used here,
// in its order, and rules that a schema cannot state. Each broken rule is a sentence.
import { readMpd } from './cmaf.mjs';
import { named, parseXml } from './xml.mjs';

const NUMBER = /^\d{1,20}$/;
const DURATION = /^PT\d+(\.\d+)?S$/;
const ANY = /^[\s\S]*$/;
const URI = /^[A-Za-z0-9._~:/?#@!$&'()*+,;=%-]+$/;
const BOOLEAN = /^(true|false)$/;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const DESCRIPTOR = { attributes: { schemeIdUri: [URI, true], value: [ANY] }, children: [] };
const BASE = {
  mimeType: [/^[a-z]+\/[a-z0-9.+-]+$/],
  codecs: [/^[A-Za-z0-9.-]+$/],
  width: [NUMBER],
  height: [NUMBER],
  frameRate: [/^\d+(\/[1-9]\d*)?$/],
  audioSamplingRate: [/^\d+( \d+)?$/],
  startWithSAP: [/^[0-6]$/],
  maxPlayoutRate: [/^\d+(\.\d+)?$/],
  codingDependency: [BOOLEAN],
};
/** Elements of `RepresentationBaseType` come first, in this order. */
const DESCRIPTORS = [
  'AudioChannelConfiguration',
  'ContentProtection',
  'EssentialProperty',
  'SupplementalProperty',
  'Label',
];

/** By name: attributes, with what they look like and whether they have to be there; children, in this order. */
const SCHEMA = {
  MPD: {
    attributes: {
      xmlns: [/^urn:mpeg:dash:schema:mpd:2011$/, true],
      profiles: [/^urn:mpeg:dash:profile:isoff-live:2011$/, true],
      type: [/^static$/],
      mediaPresentationDuration: [DURATION, true],
      minBufferTime: [DURATION, true],
      'xmlns:cenc': [/^urn:mpeg:cenc:2013$/],
      'xmlns:mspr': [/^urn:microsoft:playready$/],
    },
    children: ['Period'],
  },
  Period: { attributes: { id: [ANY], start: [DURATION], duration: [DURATION] }, children: ['AdaptationSet'] },
  AdaptationSet: {
    attributes: {
      id: [NUMBER],
      contentType: [/^(video|audio|text)$/],
      lang: [/^[a-zA-Z]{1,8}(-[a-zA-Z0-9]{1,8})*$/],
      segmentAlignment: [BOOLEAN],
      ...BASE,
    },
    children: [...DESCRIPTORS, 'Accessibility', 'Role', 'SegmentTemplate', 'Representation'],
  },
  Label: { attributes: { id: [NUMBER], lang: [ANY] }, children: [], text: true },
  ContentProtection: {
    attributes: { ...DESCRIPTOR.attributes, 'cenc:default_KID': [UUID] },
    children: ['cenc:pssh', 'mspr:pro'],
  },
  'cenc:pssh': { attributes: {}, children: [], text: true },
  'mspr:pro': { attributes: {}, children: [], text: true },
  SegmentTemplate: {
    attributes: { timescale: [NUMBER], presentationTimeOffset: [NUMBER], initialization: [URI], media: [URI] },
    children: ['SegmentTimeline'],
  },
  SegmentTimeline: { attributes: {}, children: ['S'] },
  S: { attributes: { t: [NUMBER], d: [NUMBER, true], r: [NUMBER] }, children: [] },
  Representation: { attributes: { id: [/^\S+$/, true], bandwidth: [NUMBER, true], ...BASE }, children: DESCRIPTORS },
  ...Object.fromEntries(
    ['AudioChannelConfiguration', 'EssentialProperty', 'SupplementalProperty', 'Accessibility', 'Role'].map((name) => [
      name,
      DESCRIPTOR,
    ]),
  ),
};

/**
 * Which rules an MPD breaks. That of a clip lists whole segments, also where they begin before it or end behind it.
 * @returns {string[]}
 */
export function mpdFaults(text, { isClip = false } = {}) {
  const root = parseXml(text);
  const faults = [...elementFaults(root)];
  const check = (holds, fault) => holds || faults.push(fault);
  check(root.name === 'MPD', `it is a ${root.name}`);
  const [period] = named(root, 'Period');
  const sets = named(period, 'AdaptationSet');
  const unique = (what, ids) => check(new Set(ids).size === ids.length, `${what} are not unique: ${ids}`);
  unique(
    'ids of adaptation sets',
    sets.map(({ attributes }) => attributes.id),
  );
  unique(
    'ids of representations',
    sets.flatMap((set) => named(set, 'Representation')).map(({ attributes }) => attributes.id),
  );
  for (const set of sets) {
    const { id, contentType, mimeType, startWithSAP } = set.attributes;
    const levels = named(set, 'Representation');
    check(levels.length > 0, `set ${id} has no representation`);
    // 5.3.7.2: these stand at the one or the other.
    check(
      levels.every(({ attributes }) => mimeType ?? attributes.mimeType) &&
        mimeType === (contentType === 'text' ? 'application/mp4' : `${contentType}/mp4`),
      `set ${id} is ${mimeType}, and ${contentType}`,
    );
    check(
      levels.every(({ attributes }) => attributes.codecs),
      `set ${id} has a representation without codecs`,
    );
    // 8.4.2: of the live profile.
    check(
      set.attributes.segmentAlignment === 'true' && ['1', '2'].includes(startWithSAP),
      `representations of set ${id} cannot be switched between`,
    );
    const coding = ({ attributes }) => attributes.codecs.split('.')[0];
    check(
      levels.every((level) => coding(level) === coding(levels[0])),
      `set ${id} has several codecs`,
    );
    if (contentType === 'video')
      check(
        levels.every(({ attributes: { width, height } }) => width > 0 && height > 0),
        `set ${id} has a level without a size`,
      );
    const [template] = named(set, 'SegmentTemplate');
    // 5.3.9.4.4: identifiers that are replaced.
    check(
      /\$RepresentationID\$/.test(template.attributes.initialization) &&
        !/\$(Time|Number)\$/.test(template.attributes.initialization),
      `set ${id} has one init segment for all`,
    );
    check(
      /\$RepresentationID\$.*\$Time\$/.test(template.attributes.media),
      `set ${id} does not name segments by their time`,
    );
    // ISO/IEC 23001-7 11: the scheme comes before what licence systems are told, with the key that it is about.
    const protections = named(set, 'ContentProtection').map((one) => one.attributes);
    for (const [at, { schemeIdUri, value }] of protections.entries()) {
      check(
        (schemeIdUri === 'urn:mpeg:dash:mp4protection:2011') === (at === 0),
        `set ${id} tells of ${schemeIdUri} at ${at}`,
      );
      check(
        at > 0 || (/^(cenc|cbcs)$/.test(value) && protections[0]['cenc:default_KID']),
        `set ${id} is protected by ${value}`,
      );
    }
    // A set that only trick modes play names the one that it stands in for.
    for (const { attributes } of named(set, 'EssentialProperty')) {
      const main = sets.find((other) => other.attributes.id === attributes.value);
      check(
        attributes.schemeIdUri === 'http://dashif.org/guidelines/trickmode' &&
          main?.attributes.contentType === contentType &&
          main !== set,
        `set ${id} stands in for ${attributes.value}`,
      );
      // Clients that do not know the property choose by frame rate, if that is whole, and by bandwidth.
      for (const [at, { attributes: keys }] of levels.entries()) {
        check(/\//.test(keys.frameRate), `${keys.id} has so many frames a second: ${keys.frameRate}`);
        check(
          Number(keys.bandwidth) < Number(named(main, 'Representation')[at].attributes.bandwidth),
          `${keys.id} takes as much as all frames`,
        );
      }
      check(set.attributes.codingDependency === 'false' && startWithSAP === '1', `set ${id} is of more than keyframes`);
    }
  }
  for (const kind of new Set(sets.map(({ attributes }) => attributes.contentType).filter((kind) => kind !== 'text'))) {
    const mains = sets.filter(
      (set) =>
        set.attributes.contentType === kind && named(set, 'Role').some(({ attributes }) => attributes.value === 'main'),
    );
    check(mains.length === 1, `${mains.length} sets are the main ${kind}`);
  }
  return [...faults, ...timeFaults(text, isClip)];
}

/** What the schema says. */
function* elementFaults({ name, attributes, children, text }) {
  const known = SCHEMA[name];
  if (!known) return yield `there is no element ${name}`;
  for (const [attribute, value] of Object.entries(attributes)) {
    if (!known.attributes[attribute]?.[0].test(value)) yield `${name} has ${attribute}="${value}"`;
  }
  for (const [attribute, [, isNeeded]] of Object.entries(known.attributes)) {
    if (isNeeded && !(attribute in attributes)) yield `${name} has no ${attribute}`;
  }
  if (text.trim() && !known.text) yield `${name} has text in it: ${text}`;
  const places = children.map((child) => known.children.indexOf(child.name));
  if (places.some((place, at) => place < 0 || place < (places[at - 1] ?? 0)))
    yield `${name} has ${children.map((child) => child.name)} in it, where ${known.children} may be`;
  for (const child of children) yield* elementFaults(child);
}

/** What holds of times: nothing overlaps, and all of it lies in the presentation, or a part of each segment in a clip. */
function* timeFaults(text, isClip) {
  const { attributes, sets, tricks } = readMpd(text);
  const seconds = (said) => Number(/^PT([\d.]+)S$/.exec(said)[1]);
  const whole = seconds(attributes.mediaPresentationDuration);
  const ends = [];
  const starts = [];
  for (const {
    attributes: set,
    levels: [{ segments }],
  } of [...sets, ...tricks]) {
    const scale = Number(set.timescale);
    const offset = offsetOf(text, set.id);
    let end = 0;
    for (const { start, duration } of segments) {
      if (start < end || duration <= 0) yield `set ${set.id} has a segment at ${start}, before ${end}`;
      end = start + duration;
    }
    const [first, last] = [segments[0], segments.at(-1)].map(({ start, duration }) => ({
      start: (start - offset) / scale,
      end: (start + duration - offset) / scale,
    }));
    if (isClip ? first.end <= 0 : first.start < 0) yield `set ${set.id} begins before the presentation`;
    if (last.start >= whole) yield `set ${set.id} goes on behind the presentation`;
    starts.push(first.start);
    ends.push(last.end);
    if (segments.some(({ duration }) => duration / scale > seconds(attributes.minBufferTime) + 1e-6))
      yield `a segment of set ${set.id} lasts longer than what is buffered`;
  }
  const [begin, end] = [Math.min(...starts), Math.max(...ends)];
  if (isClip ? begin > 1e-6 : Math.abs(begin) > 1e-6) yield `it begins at ${begin} s`;
  if (isClip ? end < whole - 1e-6 : Math.abs(end - whole) > 1e-6) yield `it lasts ${end} s`;
}

function offsetOf(text, id) {
  const [period] = named(parseXml(text), 'Period');
  const set = named(period, 'AdaptationSet').find(({ attributes }) => attributes.id === id);
  return Number(named(set, 'SegmentTemplate')[0].attributes.presentationTimeOffset ?? 0);
}

/**
 * Whether a client that receives `bandwidth` bits a second, and begins to play once it has what it receives in
 * `minBufferTime`, ever runs dry, at whichever segment it begins (5.3.5.2): the most seconds by which one comes late.
 * @param {{bytes: number, start: number}[]} segments times in seconds
 */
export function latest(segments, bandwidth, minBufferTime) {
  let latest = -Infinity;
  for (const [first, { start }] of segments.entries()) {
    let bits = 0;
    for (const segment of segments.slice(first)) {
      bits += segment.bytes * 8;
      latest = Math.max(latest, bits / bandwidth - minBufferTime - (segment.start - start));
    }
  }
  return latest;
}
