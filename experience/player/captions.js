// What is said, over the picture. Players hand on the words; how they look is the page's affair, whose policy
// does not allow the styles that players would write themselves.
import { h } from '../dom.js';

export class Captions {
  /** @param {HTMLElement} element over the picture */
  constructor(element) {
    this.element = element;
  }

  /**
   * @param {string[]} lines that are said now, from the top
   * @param {string} [language]
   */
  say(lines, language = '') {
    this.element.lang = language;
    this.element.replaceChildren(...lines.map((line) => h('span', {}, line)));
  }
}
