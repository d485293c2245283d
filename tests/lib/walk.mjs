// Walks every URL of a presentation: fetches what its three manifests lead to, as players do, and checks the answers against
// the files that it is made of.
import { parse, readFragment } from './boxes.mjs';
import { readMpd, readPlaylist } from './cmaf.mjs';
import { readManifest } from './manifest.mjs';
import { samplesOf } from './progressive.mjs';

/** How many answers are waited for at once. */
const AT_ONCE = 8;

/**
 * @typedef {(path: string) => Promise<{status: number, headers: object, body: Buffer, text: string}>} Get asks for a path as it
 *   goes over the wire
 * @param {Get} get
 * @param {string} key of the presentation
 * @param {Iterable<Buffer>} files that it is made of, others among them
 * @returns {Promise<{faults: string[], counts: Record<string, number>}>} `counts`: answers by what they are; `stored` those that
 *   are a stretch of a file, byte for byte; `untold` manifests that are not served
 */
export async function walk(get, key, files) {
  const walker = new Walker(
    get,
    [...files].map((file) => new Source(file)),
  );
  const base = `/${key.split('/').map(encodeURIComponent).join('/')}/`;
  await walker.smooth(base);
  await walker.hls(base);
  await walker.dash(base);
  return { faults: walker.faults, counts: walker.counts };
}

class Walker {
  /** @type {string[]} */
  faults = [];
  /** @type {Record<string, number>} */
  counts = {};
  #asked = new Map();

  /**
   * @param {Get} get
   * @param {Source[]} sources
   */
  constructor(get, sources) {
    this.get = get;
    this.sources = sources;
  }

  async smooth(base) {
    const manifest = await this.#document(`${base}Manifest`, 'manifest');
    if (manifest === undefined) return;
    const urls = readManifest(manifest).streams.flatMap(({ attributes: { Type: type }, levels, chunks, url }) =>
      levels.flatMap(({ Bitrate }) =>
        chunks.flatMap(({ start }) => {
          const fragment = { url: url(Bitrate, start), kind: 'fragment', type };
          return type === 'video'
            ? [fragment, { url: fragment.url.replace('/Fragments(', '/KeyFrames('), kind: 'keyframes', type }]
            : [fragment];
        }),
      ),
    );
    await each(urls, ({ url, kind, type }) => this.#media(resolved(url, base), kind, type === 'text'));
  }

  async hls(base) {
    const path = `${base}master.m3u8`;
    const master = await this.#document(path, 'manifest');
    if (master === undefined) return;
    for (const { url } of urlsIn(master)) {
      const at = resolved(url, path);
      const playlist = await this.#document(at, 'playlist');
      if (playlist === undefined) continue;
      await each(urlsIn(playlist), ({ url, tag }) => {
        if (tag === 'EXT-X-MAP') return this.#init(resolved(url, at));
        return url.endsWith('.vtt') ? this.#vtt(resolved(url, at)) : this.#media(resolved(url, at), 'segment', false);
      });
    }
  }

  async dash(base) {
    const path = `${base}manifest.mpd`;
    const mpd = await this.#document(path, 'manifest');
    if (mpd === undefined) return;
    const { sets, tricks } = readMpd(mpd);
    for (const { attributes, levels } of [...sets, ...tricks]) {
      for (const { init, segments } of levels) {
        await this.#init(resolved(init, path));
        await each(segments, ({ url }) =>
          this.#media(resolved(url, path), 'segment', attributes.contentType === 'text'),
        );
      }
    }
  }

  /** The text at `path`, unless it has no answer. */
  async #document(path, kind) {
    return (await this.#ask(path, kind))?.text;
  }

  async #init(path) {
    const answer = await this.#ask(path, 'init');
    if (!answer) return;
    const types = this.#boxes(path, answer.body);
    if (!['ftyp', 'moov'].every((type) => types.includes(type))) this.faults.push(`${path} has ${types}`);
  }

  async #vtt(path) {
    const answer = await this.#ask(path, 'webvtt');
    if (answer && !answer.text.startsWith('WEBVTT\n'))
      this.faults.push(`${path} is no WebVTT: ${answer.text.slice(0, 20)}`);
  }

  /** A fragment or a segment: samples of the files, or text, which may be written anew. */
  async #media(path, kind, isText) {
    const answer = await this.#ask(path, kind);
    if (!answer) return;
    const types = this.#boxes(path, answer.body);
    if (types.filter((type) => /^(moof|mdat)$/.test(type)).join() !== 'moof,mdat')
      return void this.faults.push(`${path} has ${types}`);
    if (this.#isStored(answer.body)) return this.#count('stored');
    const fragment = readFragment(answer.body);
    const samples = samplesOf(fragment);
    const size = samples.reduce((sum, { bytes }) => sum + bytes.length, 0);
    if (samples.length === 0 || size !== fragment.payload.length)
      this.faults.push(
        `${path} has ${samples.length} samples of ${size} bytes, and ${fragment.payload.length} bytes of media`,
      );
    if (isText) return;
    const foreign = samples.findIndex(({ bytes }) => !this.#isStored(bytes));
    if (foreign >= 0) this.faults.push(`${path}: sample ${foreign} is in none of the files`);
  }

  /**
   * Whether a file has these bytes. Samples mostly follow each other, and whoever searches whole files for each keeps
   * requests waiting that are open, until the server gives them up.
   */
  #isStored(bytes) {
    return this.sources.some((source) => source.goesOn(bytes)) || this.sources.some((source) => source.has(bytes));
  }

  /** The types of the boxes of `body`, which they have to fill. */
  #boxes(path, body) {
    const { boxes } = parse(body);
    const end = boxes.reduce((sum, { size, largesize }) => sum + (size === 1 ? largesize : size), 0);
    if (end !== body.length) this.faults.push(`${path}: its boxes have ${end} bytes, and it ${body.length}`);
    return boxes.map(({ type }) => type);
  }

  /** The answer at `path`, where there is one and it has not been looked at. */
  async #ask(path, kind) {
    if (this.#asked.has(path)) return undefined;
    this.#asked.set(path, kind);
    const answer = await this.get(path);
    // A manifest that has no words for a presentation leads to nothing.
    if (kind === 'manifest' && answer.status === 501) return void this.#count('untold');
    this.#count(kind);
    if (answer.status !== 200)
      return void this.faults.push(`${path} is ${answer.status}: ${answer.text.slice(0, 200).trim()}`);
    const length = Number(answer.headers['content-length'] ?? answer.body.length);
    if (length !== answer.body.length || length === 0)
      this.faults.push(`${path} has ${answer.body.length} of ${length} bytes`);
    return answer;
  }

  #count(kind) {
    this.counts[kind] = (this.counts[kind] ?? 0) + 1;
  }
}

/** A file, and what of it lies behind what was found in it last. */
class Source {
  #next = 0;

  constructor(bytes) {
    this.bytes = bytes;
  }

  /** Whether it has `wanted` right behind what was found last. */
  goesOn(wanted) {
    const is = this.bytes.subarray(this.#next, this.#next + wanted.length).equals(wanted);
    if (is) this.#next += wanted.length;
    return is;
  }

  has(wanted) {
    const at = this.bytes.indexOf(wanted);
    if (at >= 0) this.#next = at + wanted.length;
    return at >= 0;
  }
}

/** What a playlist leads to; keys are no business of ours. */
const urlsIn = (playlist) =>
  readPlaylist(playlist)
    .filter(({ tag }) => !/KEY$/.test(tag))
    .flatMap(({ tag, attributes, url }) => [attributes.URI, url].filter(Boolean).map((one) => ({ tag, url: one })));

/** The path of `url`, which stands in what lies at the path `base`, as every client resolves it. */
function resolved(url, base) {
  const { pathname, search } = new URL(url, new URL(base, 'http://origin.example'));
  return pathname + search;
}

async function each(items, work) {
  const left = [...items];
  const worker = async () => {
    while (left.length > 0) await work(left.shift());
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}
