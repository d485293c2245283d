// What is the matter with playback, said below the video; and going on once it is over.
import { h } from '../dom.js';
import { isAnswered } from './outage.js';

export class Trouble {
  /** @type {AbortController | undefined} ends the wait for what has failed, if that is why playback cannot go on */
  #failure;

  /** @param {HTMLElement} element */
  constructor(element) {
    this.element = element;
  }

  /** Says no more: whatever failed works again, or is not wanted any more. */
  clear() {
    this.#failure?.abort();
    this.#failure = undefined;
    this.#say('');
  }

  /** Playback goes on, whatever has failed. */
  recovered() {
    if (this.#failure) this.clear();
  }

  /**
   * Says what is the matter where playback goes on all the same.
   * @param {string} words
   */
  note(words) {
    if (!this.#failure) this.#say(words);
  }

  /**
   * Says why playback cannot go on: in the origin's words, if it has any about `url`.
   * @param {string} words of the player
   * @param {string | undefined} url that has failed, if one has
   * @param {() => void} retry what a visitor may try, and what is done once `url` is answered
   */
  async failed(words, url, retry) {
    // In one outage several requests fail.
    if (this.#failure) return;
    this.#failure = new AbortController();
    const { signal } = this.#failure;
    this.#say(words, retry);
    if (url && (await isAnswered(url, signal, (said) => this.#say(said, retry)))) retry();
  }

  #say(words, retry) {
    const button = retry ? [' ', h('button', { type: 'button', onclick: retry }, 'Try again')] : [];
    this.element.replaceChildren(words, ...button);
    this.element.hidden = !words;
  }
}
