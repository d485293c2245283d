// Judges answers while files are replaced: they must hold the bytes of one edition, the one that their manifest or tag
// belongs to, or say that there are none.
import { readManifest } from './manifest.mjs';

const PART = { Fragments: 'bytes', FragmentInfo: 'moof', RawFragments: 'payload' };

/**
 * @typedef {object} Asked a fragment, or some of it
 * @property {string} level `low`, `high` or `sound`
 * @property {number} bitrate as the manifest had it
 * @property {number} start
 * @property {keyof typeof PART} noun
 * @property {string} [generation]
 * @property {[number, number]} [range] first byte, and behind the last
 *
 * @typedef {object} Film as its manifest tells of it
 * @property {string} generation
 * @property {{level: string, bitrate: number, chunks: import('./manifest.mjs').Chunk[]}[]} levels
 */

export class Judge {
  /**
   * Everything that no viewer should ever see. Empty, if all is well.
   * @type {string[]}
   */
  wrong = [];
  /** Answers by what was asked and status. */
  tally = new Map();
  /** How many answers there were, and how many of them carried bytes of a fragment. */
  answers = 0;
  carried = 0;
  /** Generations whose fragments were had, and numbers of the editions that bytes were of. */
  seen = { generations: new Set(), editions: new Set() };
  #editions;
  /** What can still be true: for each generation and level, and for each entity tag, the editions it can be of. */
  #possible = new Map();
  #manifests = new Map();

  /** @param {import('./editions.mjs').Edition[]} editions */
  constructor(editions) {
    this.#editions = editions;
  }

  /**
   * @param {import('./http.mjs').Answer} answer
   * @returns {Film | undefined} what a player takes from the manifest, or nothing if it is to come back later
   */
  manifest(answer) {
    this.#count('manifest', answer);
    if (answer.status !== 200) return void this.#refused('manifest', answer, false);
    const manifest = readManifest(answer.text);
    const [, generation] = /^([0-9a-f]{16})\//.exec(manifest.streams[0].attributes.Url);
    const before = this.#manifests.get(generation);
    if (before && before !== answer.text) this.#accuse(`two manifests of generation ${generation}`);
    this.#manifests.set(generation, answer.text);

    const [low, high] = manifest.stream('video').levels.map(({ Bitrate }) => Number(Bitrate));
    const [sound] = manifest.stream('audio').levels.map(({ Bitrate }) => Number(Bitrate));
    const levels = Object.entries({ low, high, sound }).map(([level, bitrate]) => {
      const { chunks } = manifest.stream(this.#editions[0].levels[level].stream);
      const fits = ({ levels }) =>
        JSON.stringify(chunks) ===
        JSON.stringify(levels[level].fragments.map(({ start, duration }) => ({ start, duration })));
      this.#narrow(
        `${generation} ${level}`,
        this.#editions.filter(fits),
        `the manifest of generation ${generation} is of no edition's ${level}`,
      );
      return { level, bitrate, chunks };
    });
    return { generation, levels };
  }

  /**
   * @param {Asked} asked
   * @returns {'carried' | 'gone' | 'later'} what a player makes of it
   */
  fragment(asked, answer) {
    const what = `${asked.noun}${asked.range ? ' in part' : ''}${asked.generation ? ' of a generation' : ''}`;
    this.#count(what, answer);
    const { status, headers, body } = answer;
    if (status !== (asked.range ? 206 : 200)) {
      this.#refused(what, answer, asked.generation !== undefined || !this.#isEverywhere(asked));
      return status === 404 ? 'gone' : 'later';
    }
    this.carried += 1;
    if (headers['content-length'] !== String(body.length))
      this.#accuse(`${what}: ${body.length} bytes, ${headers['content-length']} announced`);
    if (asked.range && !isRange(headers, asked.range))
      this.#accuse(`${what}: ${headers['content-range']} for ${asked.range}`);
    this.#bytes(asked, headers, body);
    return 'carried';
  }

  /**
   * Takes a fragment in two: the part behind `cut` only if it is of what the first part is of.
   * @param {(headers: Record<string, string>) => Promise<import('./http.mjs').Answer>} get
   */
  async resumed(asked, cut, get) {
    const first = await get({ range: `bytes=0-${cut - 1}` });
    const outcome = this.fragment({ ...asked, range: [0, cut] }, first);
    if (outcome !== 'carried') return outcome;
    const second = await get({ range: `bytes=${cut}-`, 'if-range': first.headers.etag });
    if (second.status !== 206) return this.fragment(asked, second);
    const size = Number(first.headers['content-range'].split('/')[1]);
    this.fragment({ ...asked, range: [cut, size] }, second);
    this.#bytes(asked, second.headers, Buffer.concat([first.body, second.body]));
    return 'carried';
  }

  /** Holds bytes against what they can be: of one edition, of the same as whatever has their tag or generation. */
  #bytes(asked, headers, body) {
    const { etag } = headers;
    const { level, start, noun, generation } = asked;
    const of = this.#editions.filter((edition) => isOf(edition, asked, body));
    if (of.length === 1) this.seen.editions.add(of[0].number);
    const name = `${noun} of ${level} at ${start}`;
    this.#narrow(`${name} ${etag}`, of, `${name}: bytes that are not those of their entity tag`);
    if (generation === undefined) return;
    this.seen.generations.add(generation);
    this.#narrow(`${generation} ${level}`, of, `${name}: bytes that are not those of generation ${generation}`);
  }

  #refused(what, { status, headers, text }, mayBeGone) {
    const isLater =
      status === 503 && /^[1-9]\d*$/.test(headers['retry-after']) && headers['cache-control'] === 'no-store';
    const isGone = status === 404 && mayBeGone;
    if (!isLater && !isGone) this.#accuse(`${what}: ${status} ${text.slice(0, 100)}`);
  }

  /** Whether every edition has it, so that it can never be missed. */
  #isEverywhere({ level, bitrate, start }) {
    return this.#editions.every(
      ({ levels }) =>
        levels[level].bitrate === bitrate && levels[level].fragments.some((fragment) => fragment.start === start),
    );
  }

  #narrow(key, editions, accusation) {
    const before = this.#possible.get(key) ?? this.#editions;
    const left = before.filter((edition) => editions.includes(edition));
    this.#possible.set(key, left);
    if (left.length === 0)
      this.#accuse(
        `${accusation}; it is of ${editions.map(({ number }) => number)}, and was of ${before.map(({ number }) => number)}`,
      );
  }

  #count(what, { status }) {
    this.answers += 1;
    const key = `${what}: ${status}`;
    this.tally.set(key, (this.tally.get(key) ?? 0) + 1);
  }

  #accuse(text) {
    this.wrong.push(text);
  }
}

/** Whether `body` is, byte by byte, what the edition has there. */
function isOf({ levels }, { level, start, noun, range }, body) {
  const whole = levels[level].fragments.find((fragment) => fragment.start === start)?.[PART[noun]];
  return Boolean(whole?.subarray(...(range ?? [])).equals(body));
}

const isRange = (headers, [from, to]) => headers['content-range']?.startsWith(`bytes ${from}-${to - 1}/`);
