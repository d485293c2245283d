// Judges answers of a soak: they must hold bytes of an edition that was there during the request, or a 404 for what is not
// there, or an error while a store had one.
import { stamped } from './library.mjs';
import { GENERATION } from './templates.mjs';

/**
 * For how long trouble of a store may show in answers to requests that came after it. They wait for the same build for ten
 * seconds; and if it was broken off with the request that ran it, none is begun for thirty.
 */
const LINGERS_MS = 42_000;
/** A viewer may be told so often in a row that a generation is gone, and load the manifest again. */
const PATIENCE = 50;
const HEX = /(?<![0-9a-f])[0-9a-f]{16}(?![0-9a-f])/;

/**
 * @typedef {object} Window what was true while a request was under way
 * @property {number} begun when it was sent
 * @property {number} first the edition that was there then
 *
 * @typedef {object} Answer or why there is none
 * @property {number} [status]
 * @property {Record<string, string>} [headers]
 * @property {Buffer} [body]
 * @property {string} [broken]
 */

const part = (bytes, range) => bytes.subarray(...(range ?? []));

export class Judge {
  /** What nobody should ever get, each in a line. */
  wrong = [];
  /** Whole answers of 200 with fewer bytes than there are. */
  short = 0;
  /** Answers of 5xx, and connections that broke off. */
  errors = 0;
  answered = 0;
  tally = new Map();
  #faults;
  /** Generations, each with the presentation and the edition that its bytes are of. */
  #generations = new Map();

  /** @param {import('./faults.mjs').Faults} faults */
  constructor(faults) {
    this.#faults = faults;
  }

  /**
   * @param {import('./requests.mjs').Asked} asked
   * @param {Window} window
   * @param {Answer} answer
   */
  hear(asked, window, answer) {
    this.answered += 1;
    const kind = asked.resource?.kind ?? 'nothing';
    const count = `${kind} ${answer.broken ?? answer.status}`;
    this.tally.set(count, (this.tally.get(count) ?? 0) + 1);
    const complaint = this.#complaint(asked, window, answer);
    if (complaint && this.wrong.length < 100)
      this.wrong.push(`${asked.method} ${asked.path} ${JSON.stringify(asked.headers)}: ${complaint}`);
  }

  #complaint(asked, window, answer) {
    const { status, headers = {} } = answer;
    if (answer.broken || (status >= 500 && status !== 501)) {
      this.errors += 1;
      if (status && (status !== 503 || headers['cache-control'] !== 'no-store' || !headers['retry-after']))
        return `${status}, Cache-Control ${headers['cache-control']}, Retry-After ${headers['retry-after']}`;
      return this.#wasTrouble(asked.presentation, window.begun - LINGERS_MS)
        ? undefined
        : `${answer.broken ?? status}, and no store was in trouble`;
    }
    if (!asked.resource) return status >= 400 ? undefined : `${status} for nothing`;
    return asked.resource.kind === 'manifest' ? this.#manifest(asked, answer) : this.#bytes(asked, window, answer);
  }

  /** Whether a store failed, or files were replaced while they were read. */
  #wasTrouble({ folder, replaced }, since) {
    return this.#faults.since(folder, since) || replaced >= since;
  }

  #manifest({ presentation, resource, method, etag, generation }, { status, body }) {
    if (status === 304) return etag ? undefined : '304 to nothing';
    if (status === 404 && generation) return this.#gone(presentation);
    if (status !== 200) return String(status);
    if (method === 'HEAD') return undefined;
    const [named] = HEX.exec(body) ?? [];
    if (String(body).replaceAll(named ?? GENERATION, GENERATION) !== String(resource.bytes))
      return this.#lessThan(body, resource.bytes) ?? 'another manifest';
    if (!named) return undefined;
    presentation.generation = named;
    return this.#belongs(named, presentation);
  }

  #bytes(asked, { first }, { status, headers, body }) {
    const { presentation, resource, method, range, etag, generation } = asked;
    const editions = Array.from({ length: presentation.edition - first + 1 }, (_, n) => first + n);
    if (status === 404 && generation) return this.#gone(presentation);
    if (status === 304) return etag && etag === headers.etag ? undefined : `304 with ${headers.etag}`;
    if (status !== (range ? 206 : 200)) return String(status);
    if (method === 'HEAD')
      return headers['content-length'] === String(resource.bytes.length)
        ? undefined
        : `${headers['content-length']} bytes announced of ${resource.bytes.length}`;
    const expected = (edition) => part(stamped(resource, presentation.stampOf(edition)), range);
    const edition = editions.find((edition) => expected(edition).equals(body));
    if (edition === undefined)
      return (
        this.#lessThan(body, expected(presentation.edition)) ?? `bytes that are of none of the editions ${editions}`
      );
    if (range && !headers['content-range']?.startsWith(`bytes ${range[0]}-${range[1] - 1}/${resource.bytes.length}`))
      return headers['content-range'];
    presentation.gone = 0;
    // Boxes are the same in every edition: only samples and captions tell them apart.
    if (expected(edition).equals(part(resource.bytes, range))) return undefined;
    presentation.etags.set(resource, headers.etag);
    // A tag names the file that the bytes are of, or the generation where they are put together here.
    const [, tag] = /^"([0-9a-z]+)-/.exec(headers.etag) ?? [];
    if (!HEX.test(tag) && tag !== presentation.tagOf(edition))
      return `bytes of edition ${edition}, tagged ${headers.etag}`;
    const named = [generation, ...(HEX.test(tag) ? [tag] : [])].filter(Boolean);
    return named.map((one) => this.#belongs(one, presentation, edition)).find(Boolean);
  }

  #lessThan(body, expected) {
    if (body.length >= expected.length) return undefined;
    this.short += 1;
    return `${body.length} bytes of ${expected.length}`;
  }

  /** Holds a generation against all that is known of it. */
  #belongs(generation, presentation, edition) {
    const known =
      this.#generations.get(generation) ?? this.#generations.set(generation, { presentation }).get(generation);
    if (known.presentation !== presentation) return `generation ${generation} is of ${known.presentation.key}`;
    known.edition ??= edition;
    if (edition !== undefined && known.edition !== edition)
      return `edition ${edition} of generation ${generation}, which is edition ${known.edition}`;
    return undefined;
  }

  /** Of a generation that made way for another there is nothing; the next manifest names the other. */
  #gone(presentation) {
    presentation.generation = undefined;
    presentation.gone += 1;
    return presentation.gone > PATIENCE ? `404, ${presentation.gone} times in a row` : undefined;
  }
}
