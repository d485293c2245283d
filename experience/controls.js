// The visitor's choices: presentation, protocol, level, line. The page's address holds them too.
import { at, choices } from './dom.js';
import { PROFILES, toMbps, toPosition } from './line/profiles.js';
import { PROTOCOLS } from './player/adapters.js';
import { playedAt, tokenOf } from './urls.js';
import { canonical, languageName, rate } from './words.js';

const PARAMETERS = ['presentation', 'protocol', 'line', 'query', 'filter', 'token'];

export class Controls extends EventTarget {
  presentation;
  /** What stands behind the manifest's `?`: a filter or a clip. */
  query = '';
  /** The names of stored filters, with `;` between them. */
  filter = '';
  /** What opens a closed presentation, in front of its path. */
  token = '';
  protocol = 'smooth';
  /** The captions' language, once the visitor has chosen captions. */
  language;

  /** @param {import('./line/line.js').Line} line */
  constructor(line) {
    super();
    this.line = line;
    const asked = new URLSearchParams(location.search);
    this.presentation = asked.get('presentation');
    this.query = asked.get('query') ?? '';
    this.filter = asked.get('filter') ?? '';
    this.token = tokenOf(asked.get('token') ?? '');
    if (PROTOCOLS[asked.get('protocol')]) this.protocol = asked.get('protocol');
    const lap = Number(asked.get('lap'));
    if (lap >= 10) line.lapSeconds = lap;
    this.#choose(asked.get('line'));
    this.#build();
    line.addEventListener('change', () => this.#say());
    this.#say();
  }

  #choose(wanted) {
    if (PROFILES[wanted]) this.line.choose(wanted);
    else if (Number(wanted) > 0) this.line.set(Number(wanted));
    else this.line.choose('dsl');
  }

  #build() {
    /** @type {[string, string, string][]} */
    const protocols = Object.entries(PROTOCOLS).map(([value, { name, player }]) => [value, name, `with ${player}`]);
    at('protocol').append(
      ...choices('protocol', protocols, this.protocol, (value) => this.#changed({ protocol: value })),
    );
    /** @type {[string, string, string | undefined][]} */
    const profiles = Object.entries(PROFILES).map(([value, { name, mbps, latencyMs }]) => [
      value,
      name,
      mbps ? `${mbps} Mb/s, ${latencyMs} ms` : undefined,
    ]);
    at('profile').append(
      ...choices('profile', profiles, this.line.profile, (value) => {
        this.line.choose(value);
        this.#address();
      }),
    );
    at('speed').addEventListener('input', () => {
      this.line.set(toMbps(Number(at('speed').value)));
      this.#address();
    });
    at('presentation').addEventListener('change', () =>
      this.#changed({ presentation: at('presentation').value, query: '', filter: '' }),
    );
    at('address-form').addEventListener('submit', (event) => {
      event.preventDefault();
      this.#play(at('address').value.trim());
    });
    at('caption').addEventListener('change', () => {
      this.language = at('caption').selectedOptions[0].lang;
      this.#chosen('caption');
    });
    at('level').addEventListener('change', () => this.#chosen('level'));
  }

  /**
   * Offers presentations, and the one that the address names: the list may have it on a later page, or not at all.
   * @param {string[]} presentations
   */
  offer(presentations) {
    this.presentation ??= presentations[0];
    const named = this.presentation && !presentations.includes(this.presentation) ? [this.presentation] : [];
    at('presentation').replaceChildren(
      ...[...named, ...presentations].map((name) => new Option(name, name, false, name === this.presentation)),
    );
  }

  /** @param {number[]} bitrates lowest first */
  offerLevels(bitrates) {
    at('level').replaceChildren(
      new Option('Let the player choose', ''),
      ...bitrates.map((bitrate, rank) => new Option(`Always ${rate(bitrate)}`, String(rank))),
    );
  }

  /**
   * Offers captions, and chooses those in the language that was chosen before.
   * @param {{label: string, language: string}[]} offered
   */
  offerCaptions(offered) {
    const names = offered.map(({ language }) => languageName(language));
    const options = offered.map(({ label, language }, place) => {
      const isOnly = names[place] && names.filter((name) => name === names[place]).length === 1;
      return Object.assign(new Option(isOnly ? names[place] : label, String(place)), { lang: canonical(language) });
    });
    at('caption').replaceChildren(new Option('None', ''), ...options);
    at('caption-field').hidden = offered.length === 0;
    const same = options.find(({ lang }) => lang && lang === this.language);
    if (!same) return;
    same.selected = true;
    this.#chosen('caption');
  }

  /** Turns captions off; false if they are. */
  dropCaptions() {
    this.language = undefined;
    const wereOn = at('caption').value !== '';
    at('caption').value = '';
    return wereOn;
  }

  watch(presentation) {
    at('presentation').value = presentation;
    this.#changed({ presentation, query: '', filter: '' });
  }

  /** Plays what lies at an address. */
  #play(address) {
    const played = playedAt(address);
    at('address-said').textContent = played ? '' : `That is no presentation of ${location.host}.`;
    if (!played) return;
    const { presentation, protocol = this.protocol } = played;
    /** @type {HTMLInputElement} */ (document.querySelector(`[name="protocol"][value="${protocol}"]`)).checked = true;
    this.presentation = presentation;
    this.offer([...at('presentation').options].map(({ value }) => value));
    this.#changed({ ...played, protocol });
  }

  #changed(what) {
    Object.assign(this, what);
    this.#address();
    this.dispatchEvent(new Event('open'));
  }

  /**
   * Dispatches which option was chosen, from 0; null for none.
   * @param {'level' | 'caption'} what
   */
  #chosen(what) {
    const { value } = at(what);
    this.dispatchEvent(new CustomEvent(what, { detail: value === '' ? null : Number(value) }));
  }

  #address() {
    const { presentation, protocol, line, query, filter, token } = this;
    const said = new URLSearchParams(location.search);
    const chosen = line.profile === 'own' ? line.mbps.toFixed(2) : line.profile;
    const values = [presentation, protocol, chosen, query, filter, token];
    for (const [n, name] of PARAMETERS.entries()) {
      if (values[n]) said.set(name, values[n]);
      else said.delete(name);
    }
    history.replaceState(null, '', `?${said}`);
  }

  #say() {
    const { isPaced, mbps, latencyMs, profile } = this.line;
    const speed = mbps === null ? 'no limit' : rate(mbps * 1e6);
    at('speed').value = String(mbps === null ? 1 : toPosition(mbps));
    at('speed').setAttribute('aria-valuetext', speed);
    at('speed-said').textContent = speed;
    /** @type {NodeListOf<HTMLInputElement>} */
    const profiles = document.querySelectorAll('[name="profile"]');
    for (const input of profiles) input.checked = input.value === profile;
    const { disabled } = at('speed');
    for (const input of [at('speed'), ...profiles]) input.disabled = !isPaced;
    const words = isPaced
      ? `A service worker slows down every byte for the player to what the line would let through, ${latencyMs} ms late; the charts show what is measured.`
      : 'No service worker here, so nothing is held up: the player has the line that you have.';
    if (at('pacing').textContent !== words || disabled === isPaced) at('pacing').textContent = words;
  }
}
