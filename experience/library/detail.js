// One presentation in full: addresses for players, tracks, timeline, sources. With the token: index it again, purge it,
// and a log of the result.
import { purge, reindex, shown, stretch } from '../api.js';
import { at, h, svg } from '../dom.js';
import { PROTOCOLS } from '../player/adapters.js';
import { parse, told } from '../record/timing.js';
import { fetchUnpaced } from '../unpaced.js';
import { toPath } from '../urls.js';
import { clock, count, plural, rate } from '../words.js';
import { indexSize } from './card.js';

/** The width of drawings in units: SVG loses precision with the ticks of an hour or the bytes of a film. */
const WIDE = 900;

export class Detail extends EventTarget {
  /** @type {Partial<import('../api.js').Entry> | undefined} */
  #entry;

  /** @param {{token: string | null}} operator */
  constructor(operator) {
    super();
    this.operator = operator;
    this.dialog = at('detail');
  }

  /**
   * @param {string} presentation
   * @param {import('../api.js').Entry} [entry] the list's, if it has one
   */
  async open(presentation, entry) {
    this.#entry = entry;
    const head = h(
      'header',
      {},
      h('h2', { id: 'detail-title' }, presentation),
      h('button', { type: 'button', onclick: () => this.dialog.close() }, 'Close'),
    );
    const [state, about] = [h('p', { class: 'about', id: 'detail-state' }), h('div')];
    const fill = () => this.#fill(state, about, presentation);
    const acts = this.operator.token ? this.#acts(presentation, fill) : [];
    this.dialog.replaceChildren(...[head, state, addresses(presentation), acts, about].flat());
    await fill();
    if (!this.dialog.open) this.dialog.showModal();
  }

  /** @returns {Promise<string | undefined>} the generation of its index, if it has one */
  async #fill(state, more, presentation) {
    try {
      const about = await shown(presentation);
      const { index } = about;
      const fragments = index.streams.reduce((sum, { chunks, tracks }) => sum + chunks * tracks.length, 0);
      state.replaceChildren(
        'Generation ',
        h('code', {}, index.generation),
        `: ${plural(fragments, 'fragment')} in ${plural(index.sources.length, 'file')}; the index takes ${indexSize(this.#entry, about)}.`,
      );
      more.replaceChildren(...(await described(presentation, index)));
      return index.generation;
    } catch (error) {
      state.replaceChildren(`${error.message}.`);
      more.replaceChildren();
    }
  }

  #acts(presentation, refresh) {
    const log = h('ul', { class: 'log', id: 'detail-log', 'aria-live': 'polite' });
    const say = (text) => log.prepend(h('li', {}, `${new Date().toLocaleTimeString('en-GB')}  ${text}`));
    const act =
      (name, work) =>
      async ({ target }) => {
        target.disabled = true;
        try {
          say(`${name}: ${await work()}`);
        } catch (error) {
          say(`${name}: ${error.status ?? ''} ${error.message}`);
        }
        target.disabled = false;
        const generation = await refresh();
        this.dispatchEvent(new CustomEvent('changed', { detail: { presentation, generation } }));
      };
    const { token } = this.operator;
    const button = (id, name, work) => h('button', { type: 'button', id, onclick: act(name, work) }, name);
    return h(
      'div',
      {},
      h('h3', {}, 'Operate'),
      h(
        'div',
        { class: 'row' },
        button('act-reindex', 'Index again', async () => {
          this.#entry = await reindex(token, presentation);
          return `generation ${this.#entry.generation} is in place`;
        }),
        button('act-purge', 'Purge', async () => {
          this.#entry = undefined;
          return purged(await purge(token, presentation));
        }),
        button('act-ask', 'Ask as a viewer', () => asked(presentation)),
      ),
      h(
        'p',
        { class: 'note' },
        'Purging forgets the index and clears the cache; the next viewer has it built again from the files.',
      ),
      log,
    );
  }
}

const purged = ({ cache }) =>
  `the index is forgotten; ${{ purged: 'the cache is purged everywhere', 'manifests-here': 'manifests are out of this data centre’s cache', none: 'there is no cache to purge' }[cache]}`;

/** What a viewer would get, and where the Worker found the index. */
async function asked(presentation) {
  const response = await fetchUnpaced(`/${toPath(presentation)}/Manifest`, { cache: 'no-store' });
  const text = await response.text();
  const generation = /([0-9a-f]{16})\/QualityLevels/.exec(text)?.[1];
  const { place, indexMs } = told(parse(response.headers.get('server-timing')));
  const where = {
    cache: 'out of the cache',
    memory: 'the index was in memory',
    kv: `the index was read from KV in ${indexMs} ms`,
    built: `the index was built in ${indexMs} ms`,
  }[place];
  return `${response.status}, generation ${generation ?? 'none'}; ${where ?? text.slice(0, 200)}`;
}

function addresses(presentation) {
  const one = ([, { name, manifest }]) => {
    const url = new URL(`/${toPath(presentation)}/${manifest}`, location.href).href;
    const copy = h('button', { type: 'button', 'aria-label': `Copy the address for ${name}` }, 'Copy');
    const code = h('code', {}, url);
    copy.addEventListener('click', async () => {
      // The clipboard needs a secure context and permission.
      const isCopied = await navigator.clipboard?.writeText(url).then(
        () => true,
        () => false,
      );
      if (!isCopied) getSelection().selectAllChildren(code);
      copy.textContent = isCopied ? 'Copied' : 'Selected';
      setTimeout(() => (copy.textContent = 'Copy'), 2000);
    });
    return h('div', {}, h('dt', {}, name), h('dd', {}, code, copy));
  };
  return h('div', {}, h('h3', {}, 'For players'), h('dl', { class: 'urls' }, Object.entries(PROTOCOLS).map(one)));
}

async function described(presentation, index) {
  const timelines = await Promise.all(index.streams.map((stream) => timeline(presentation, stream)));
  const of = ({ sources }, { source }) => sources[source].key.split('/').at(-1);
  const tracks = index.streams.flatMap((stream) => stream.tracks.map((track) => [stream, track]));
  return [
    ...table(
      'Tracks',
      ['Stream', 'Bitrate', 'Coded as', 'Video or audio', 'File'],
      tracks.map(([stream, track]) => [
        stream.name,
        rate(track.bitrate),
        track.format.four_cc,
        looks(track.format),
        of(index, track),
      ]),
    ),
    h('h3', {}, 'Timeline'),
    ...timelines.flat(),
    ...table(
      'Files',
      ['Key', 'Bytes', 'Entity tag'],
      index.sources.map(({ key, size: length, etag }) => [key, count(length), etag]),
    ),
  ];
}

const looks = ({ width, height, sampling_rate: sampling, channels }) =>
  width ? `${width} × ${height}` : sampling ? `${count(sampling)} Hz, ${plural(channels, 'channel')}` : '';

function table(title, columns, rows) {
  const line = (cell) => (cells) => h('tr', {}, cells.map(cell));
  const head = line((name) => h('th', { scope: 'col' }, name));
  const body = line((cell) => h('td', {}, cell));
  const whole = h('table', {}, h('thead', {}, head(columns)), h('tbody', {}, rows.map(body)));
  return [h('h3', {}, title), h('div', { class: 'scroll', role: 'region', tabIndex: 0, 'aria-label': title }, whole)];
}

/** Draws chunks to scale, one stretch at a time. */
async function timeline(presentation, { name, chunks: count, first: [first], end, timescale }) {
  const length = end - first;
  const share = (ticks) => (ticks / length) * WIDE;
  const drawing = svg('svg', {
    class: 'chunks',
    viewBox: `0 0 ${WIDE} 1`,
    preserveAspectRatio: 'none',
    'aria-hidden': 'true',
  });
  const more = h('button', { type: 'button', class: 'plain' }, 'Draw more');
  const draw = async (from) => {
    const { chunks, next } = await stretch(presentation, { stream: name, from });
    drawing.append(
      ...chunks.map(([start, duration]) =>
        svg('rect', { x: share(start - first), y: 0, width: Math.max(1, share(duration) - 1), height: 1 }),
      ),
    );
    more.hidden = next === null;
    more.onclick = () => draw(next);
  };
  await draw(first);
  return [
    h('p', { class: 'note' }, `${name}: ${plural(count, 'chunk')} in ${clock(length / timescale)} `, more),
    drawing,
  ];
}
