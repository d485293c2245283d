// What was found of a visitor's files, as it is shown: the JSON is that of `millrace check`.
import { h } from '../dom.js';
import { clock, count, languageName, plural, rate, size } from '../words.js';

/** So many missing files are named. */
const NAMED = 50;

/**
 * @typedef {{count: number, shortest_ms: number, longest_ms: number}} Spread
 * @typedef {{why: string, mend: string | null}} Advice
 *
 * @typedef {object} Track
 * @property {string} type
 * @property {string} coding
 * @property {string | null} codec
 * @property {string[]} details
 * @property {string | null} language
 * @property {number | null} bitrate
 * @property {string | null} way
 * @property {Spread | null} chunks
 * @property {Spread | null} keyframes
 * @property {string} [source]
 *
 * @typedef {object} Finding of a `file`, of a `presentation`, or of files `together`
 * @property {string} [file]
 * @property {string} [presentation]
 * @property {string[]} [together]
 * @property {string} [error] why it was not even read
 * @property {string} [verdict]
 * @property {boolean} [served]
 * @property {Advice | null} [refused]
 * @property {Advice | null} [advice]
 * @property {string[]} [missing]
 * @property {string[]} [warnings]
 * @property {number} [bytes]
 * @property {number} [duration_ms]
 * @property {{key: string, bytes: number}[]} [sources]
 * @property {Track[]} [tracks]
 * @property {string | null} [manifest]
 */

/** @param {Finding} finding */
export function drawn(finding) {
  const { file, presentation, together, error, served, advice, warnings = [], tracks = [] } = finding;
  const name = file ?? presentation ?? 'All together';
  return h(
    'article',
    { class: `finding ${served ? '' : 'refused'}` },
    h('h3', {}, name),
    h('p', { class: 'verdict' }, error ? 'Could not be read' : verdict(finding), figures(finding)),
    error ? h('p', {}, `${capital(error)}.`) : [],
    refusal(finding),
    tracks.length > 0 ? h('ul', { class: 'tracks', 'aria-label': `Tracks of ${name}` }, tracks.map(track)) : [],
    warnings.map((warning) => h('p', { class: 'note' }, `Warning: ${warning}.`)),
    advice ? [h('p', { class: 'note' }, `Advice: ${advice.why}.`), line(advice.mend)].flat() : [],
    together && served ? made(finding) : [],
  );
}

/** @param {Finding} finding */
const verdict = ({ verdict: words, together, served }) => {
  if (together) return served ? 'They are levels of one presentation' : 'They would not go into one presentation';
  return words.replace(/^./, (first) => first.toUpperCase());
};

/** @param {Finding} finding */
const figures = ({ bytes, duration_ms: ms, sources = [], tracks = [], served }) => {
  const all = bytes ?? sources.reduce((sum, source) => sum + source.bytes, 0);
  const said = [
    served && ms ? clock(ms / 1000) : '',
    tracks.length > 0 ? plural(tracks.length, 'track') : '',
    sources.length > 1 ? plural(sources.length, 'file') : '',
    all ? size(all) : '',
  ];
  const words = said.filter(Boolean).map((one) => ` · ${one}`);
  return h('span', { class: 'facts' }, words.join(''));
};

/**
 * Why it would be refused, and the way out.
 * @param {Finding} finding
 */
function refusal({ file, refused, missing = [] }) {
  if (missing.length > 0) {
    const names = missing.slice(0, NAMED).map((name) => h('li', {}, h('code', {}, name)));
    if (missing.length > NAMED) names.push(h('li', {}, `${count(missing.length - NAMED)} more`));
    const what = missing.length === 1 ? 'a file that was' : `${missing.length} files that were`;
    return [h('p', {}, `It names ${what} not dropped. Drop it again along with:`), h('ul', {}, names)];
  }
  if (!refused) return [];
  const why = h('p', {}, `${capital(refused.why)}.`);
  if (refused.mend) return [why, h('p', {}, 'This fixes it:'), line(refused.mend)].flat();
  return file ? [why, h('p', {}, 'Nothing fixes this: encode it again from its source.')] : [why];
}

/** A sentence, which may begin with a file's name. */
const capital = (words) => words.replace(/^it /, 'It ');

const line = (mend) => (mend ? [h('pre', { tabIndex: 0 }, h('code', {}, mend))] : []);

/** @param {Track} track */
function track({ type, coding, codec, details, language, bitrate, way, chunks, keyframes, source }) {
  const tongue = language && (languageName(language) || language);
  const coded = [codec ? `${coding} (${codec})` : coding, ...details, tongue, bitrate && rate(bitrate)];
  const lengths = [
    chunks && `${plural(chunks.count, 'chunk')} of ${stretch(chunks)}`,
    keyframes && (keyframes.count === 1 ? 'one keyframe in all' : `keyframes ${stretch(keyframes)} apart`),
  ];
  const rest = [lengths, [way], [source]].map((some) => some.filter(Boolean).join(', '));
  return h(
    'li',
    {},
    h('b', {}, type),
    h('span', {}, coded.filter(Boolean).join(', ')),
    rest.filter(Boolean).map((words) => h('span', { class: 'quiet' }, words)),
  );
}

/** `2.000 s`, `0.480 to 2.000 s` */
function stretch({ shortest_ms: shortest, longest_ms: longest }) {
  const seconds = (ms) => (ms / 1000).toFixed(3);
  return shortest === longest ? `${seconds(longest)} s` : `${seconds(shortest)} to ${seconds(longest)} s`;
}

/**
 * The server manifest that makes one presentation of several files.
 * @param {Finding} finding
 */
function made({ manifest }) {
  const save = () => {
    const url = URL.createObjectURL(new Blob([manifest], { type: 'application/xml' }));
    h('a', { href: url, download: 'film.ism' }).click();
    setTimeout(() => URL.revokeObjectURL(url), 1000);
  };
  return [
    h('p', {}, 'This server manifest makes them one. Put it beside them:'),
    h('pre', { tabIndex: 0 }, h('code', {}, manifest)),
    h('button', { type: 'button', onclick: save }, 'Save the .ism'),
  ];
}
