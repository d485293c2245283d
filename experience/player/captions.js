// Captions over the video. Players hand on their text, and the page draws it: its content security policy forbids the
// styles that players would write.
import { h } from '../dom.js';

export class Captions {
  /** @param {HTMLElement} element over the video */
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
