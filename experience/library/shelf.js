// The library: a card for each presentation that is looked for, filled in when it comes into sight.
import { shown } from '../api.js';
import { at } from '../dom.js';
import { count, plural } from '../words.js';
import { Card } from './card.js';
import { Catalogue } from './catalogue.js';
import { drawFolders } from './folders.js';

/** How many cards are shown, and how many more each time. */
const CARDS = 48;
/** A visitor who types is waited for so long. */
const TYPING_MS = 250;

export class Shelf extends EventTarget {
  catalogue = new Catalogue();
  /** @type {Map<string, Card>} by presentation */
  #cards = new Map();
  #many = CARDS;
  #number = 0;
  #typing;
  #sight = new IntersectionObserver(
    (seen) => {
      for (const { isIntersecting, target } of seen) {
        if (!isIntersecting) continue;
        this.#sight.unobserve(target);
        this.#cards.get(/** @type {HTMLElement} */ (target).dataset.presentation)?.fill();
      }
    },
    { rootMargin: '200px' },
  );

  constructor() {
    super();
    at('more').addEventListener('click', () => this.more());
    at('finder').addEventListener('submit', (event) => event.preventDefault());
    at('search').addEventListener('input', () => {
      clearTimeout(this.#typing);
      this.#typing = setTimeout(() => this.#look({ search: at('search').value.trim() }), TYPING_MS);
    });
    at('order').addEventListener('change', () => this.#look({ order: at('order').value }));
  }

  /** The presentations that are shown. */
  get presentations() {
    return this.#shown().map(({ presentation }) => presentation);
  }

  /** Shows more cards, and reads on where there are none. */
  async more() {
    if (this.#number > 0) this.#many += CARDS;
    await this.#find();
  }

  /** Begins anew with the list. */
  async again() {
    this.catalogue.enter(this.catalogue.folder);
    await this.#look({});
  }

  /** Reloads the entry of a presentation that has changed. */
  async renew(presentation) {
    const { entries, folder } = this.catalogue;
    const about = await shown(presentation).catch(() => undefined);
    this.#cards.delete(presentation);
    if (!about) entries.delete(presentation);
    else if (presentation.startsWith(folder)) {
      const { generation } = about.index;
      entries.set(presentation, { ...entries.get(presentation), presentation, generation, index_bytes: undefined });
    }
    this.#draw();
    return about;
  }

  async #look(what) {
    Object.assign(this.catalogue, what);
    this.#many = CARDS;
    await this.#find();
  }

  /** Reads of the list what it takes, and shows it as it comes. */
  async #find() {
    const number = ++this.#number;
    const { catalogue } = this;
    const before = catalogue.entries.size;
    this.#draw();
    try {
      while (number === this.#number && catalogue.lacks(this.#many, before)) {
        await catalogue.more();
        if (number === this.#number) this.#draw();
      }
    } catch (error) {
      if (number === this.#number) this.#say(`The list cannot be read right now: ${error.message}`, 'Try again');
    }
  }

  #shown = () => this.catalogue.matching().slice(0, this.#many);

  #draw() {
    const { catalogue } = this;
    const elements = this.#shown().map((entry) => this.#card(entry).element);
    at('cards').replaceChildren(...elements);
    drawFolders(at('folders'), catalogue, (folder) => {
      catalogue.enter(folder);
      this.#look({});
    });
    const found = catalogue.matching().length;
    this.#say(this.#words(found), catalogue.isWhole && found <= this.#many ? undefined : 'More');
    this.dispatchEvent(new Event('change'));
  }

  #words(found) {
    const { entries, search, isWhole } = this.catalogue;
    if (entries.size === 0 && isWhole) return 'Nothing is indexed here.';
    const among = isWhole ? count(entries.size) : `the first ${count(entries.size)}; there are more`;
    if (search) return `${plural(found, 'presentation')} of ${among}.`;
    return isWhole && found <= this.#many ? '' : `${count(Math.min(found, this.#many))} of ${among}.`;
  }

  /** @param {string} [more] the button's label, if there is more */
  #say(words, more) {
    at('library-said').textContent = words;
    at('more').hidden = !more;
    at('more').textContent = more ?? '';
  }

  #card(entry) {
    const { presentation } = entry;
    const known = this.#cards.get(presentation);
    if (known) return known;
    const tell = (type) => this.dispatchEvent(new CustomEvent(type, { detail: presentation }));
    const card = new Card(entry, tell);
    this.#cards.set(presentation, card);
    this.#sight.observe(card.element);
    return card;
  }
}
