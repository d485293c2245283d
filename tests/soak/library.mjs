// A thousand presentations that change between editions. Any stretch of bytes tells its edition from all others.
import { MARKER } from './templates.mjs';

/**
 * The bytes of a template with those of its samples changed by `stamp`, and its captions to name it; as many as before.
 * @param {{bytes: Buffer, media: [number, number][]}} of
 * @param {number} stamp from 1 to 255
 */
export function stamped({ bytes, media }, stamp) {
  const copy = Buffer.from(bytes);
  for (const [start, end] of media) for (let at = start; at < end; at++) copy[at] ^= stamp;
  const text = MARKER.replace('000', String(stamp).padStart(3, '0'));
  for (let at = copy.indexOf(MARKER); at >= 0; at = copy.indexOf(MARKER, at + 1)) copy.write(text, at);
  return copy;
}

export class Library {
  /** @type {Presentation[]} */
  presentations;
  #known = new Map();

  /**
   * @param {import('./templates.mjs').Template[]} templates
   * @param {number} count
   * @param {import('../lib/storage.mjs').Storage} storage where all of it is put
   */
  constructor(templates, count, storage) {
    this.storage = storage;
    // Half of it lies in R2, half at a web server.
    this.presentations = Array.from(
      { length: count },
      (_, number) => new Presentation(number, templates[number % templates.length], number % 2 ? 'web/' : 'r2/'),
    );
    for (const presentation of this.presentations) this.#put(presentation);
  }

  /** Puts the next edition of a presentation in place of the one that is there. */
  replace(presentation) {
    presentation.edition += 1;
    presentation.replaced = performance.now();
    this.#put(presentation);
  }

  #put({ folder, template, edition, stampOf, tagOf }) {
    const stamp = stampOf(edition);
    for (const [name, file] of template.files) {
      this.storage.put(`${folder}${name}`, this.#stamped(file, stamp), tagOf(edition));
    }
  }

  /** There are no more than some hundred stamps, so that nothing has to be stamped twice. */
  #stamped(file, stamp) {
    const known = this.#known.get(file) ?? this.#known.set(file, []).get(file);
    known[stamp] ??= stamped(file, stamp);
    return known[stamp];
  }
}

export class Presentation {
  edition = 0;
  /** When that took the place of another. */
  replaced = -Infinity;
  /** What its manifest named last. */
  generation;

  /** How often in a row a fragment of a generation was not there. */
  gone = 0;
  /** Entity tags that were answered, by resource. */
  etags = new Map();

  constructor(number, template, prefix) {
    this.number = number;
    this.template = template;
    this.folder = `${prefix}film ${number}/`;
    this.key = `${this.folder}film.ism`;
    this.stampOf = (edition) => 1 + ((number * 7 + edition * 11) % 255);
    this.tagOf = (edition) => `p${number}e${edition}`;
  }
}
