// The operator's token: tried, kept until the tab closes, sent to this host only.
import { tryToken } from '../api.js';
import { at } from '../dom.js';

/** Where the token is kept. */
const KEY = 'millrace-token';

export class Operator {
  token = sessionStorage.getItem(KEY);

  constructor() {
    at('token-forget').addEventListener('click', () => this.#keep(null, 'It is forgotten.'));
    if (this.token) this.#keep(this.token, 'The previous token is still in use.');
  }

  /** Takes the token in the field, if it is one. */
  async take() {
    const token = at('token').value.trim();
    if (!token) return this.#keep(null, 'There is no token in the field.');
    try {
      await tryToken(token);
      this.#keep(token, 'It opens the admin API. Details of a presentation now let you index it again and purge it.');
    } catch ({ status, message }) {
      const why = {
        401: 'It is not the token of this deployment.',
        404: 'This deployment has no admin API: its secret ADMIN_TOKEN is not set.',
      };
      this.#keep(null, why[status] ?? message);
    }
  }

  #keep(token, said) {
    this.token = token;
    if (token) sessionStorage.setItem(KEY, token);
    else sessionStorage.removeItem(KEY);
    at('token').value = '';
    at('token-forget').hidden = !token;
    at('token-said').textContent = said;
  }
}
