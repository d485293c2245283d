// The page: plays one session after the other, and connects everything around it.
import './locale.js';
import './style/index.css';
import { shownOrMade } from './api.js';
import { Board } from './board.js';
import { Controls } from './controls.js';
import { at, on } from './dom.js';
import { openDoor } from './explain/door.js';
import { Shelf } from './library/shelf.js';
import { Line } from './line/line.js';
import { Chunks } from './origin/chunks.js';
import { Strip } from './origin/strip.js';
import { FragmentTable } from './origin/table.js';
import { PROTOCOLS, manifestOf } from './player/adapters.js';
import { Captions } from './player/captions.js';
import { Trouble } from './player/trouble.js';
import { SAMPLE_MS, Session } from './record/session.js';
import { Transfers } from './record/transfers.js';
import { toPath } from './urls.js';

const video = at('video');
const line = new Line();
const transfers = new Transfers(line);
const session = new Session(video, line, transfers);
const controls = new Controls(line);
const captions = new Captions(at('captions'));
const trouble = new Trouble(at('trouble'));
const board = new Board(choose);
const strip = new Strip(at('strip'));
const table = new FragmentTable(at('fragments'), choose);
const shelf = new Shelf();
/** What few visitors need is loaded when it is asked for. */
const operator = once(async () => new (await import('./later.js')).Operator());
const detail = once(loadDetail);

const PROTECTED = 'This film is protected, and the page has no keys. ';

/** The end of a film that no player reports: playback stands still just before it. */
const REST_MS = 1000;
const END_SECONDS = 1;

/**
 * The presentation that plays, and what plays it.
 * @type {{presentation: string, index: import('./api.js').Index, chunks: Chunks, stream?: import('./api.js').Stream, adapter: import('./player/adapter.js').Adapter} | undefined}
 */
let now;
let opened = 0;
/** Seconds at which the last one stopped that failed. */
let reached = 0;

/** What the charts draw, for whoever wants the figures themselves. */
window.experience = { record: () => structuredClone(session.toJSON()) };

session.addEventListener('sample', () => {
  board.draw(session);
  if (!now) return;
  if (now.adapter.isOver() || standsAtEnd(session.samples)) again();
});
on(transfers, 'ended', (/** @type {import('./record/transfers.js').Transfer} */ transfer) => {
  const { fragment, failed } = transfer;
  if (!now || fragment?.presentation !== now.presentation) return;
  // A row that cannot be had now is left out.
  table.add(now, transfer).catch(() => {});
  if (at('follow').checked && !failed && fragment.stream === now.stream?.name) show(transfer);
});
controls.addEventListener('open', () => open());
on(controls, 'level', (/** @type {number | null} */ rank) => now?.adapter.choose(rank));
on(controls, 'caption', (/** @type {number | null} */ place) => {
  trouble.clear();
  now?.adapter.caption(place);
});
shelf.addEventListener('change', () => {
  controls.offer(shelf.presentations);
  // Where there is nothing to play, the stage makes room for what can be done about it.
  at('empty').hidden = Boolean(controls.presentation);
  at('stage').hidden = !controls.presentation;
});
at('here').textContent = location.origin;
at('look-again').addEventListener('click', async () => {
  await shelf.again();
  if (controls.presentation) open();
});
on(shelf, 'detail', async (/** @type {string} */ presentation) =>
  (await detail()).open(presentation, shelf.catalogue.entries.get(presentation)),
);
at('token-form').addEventListener('submit', async (event) => {
  event.preventDefault();
  (await operator()).take();
});
// The token of an earlier visit.
if (sessionStorage.length > 0) operator();
on(shelf, 'watch', (/** @type {string} */ presentation) => {
  controls.watch(presentation);
  at('watch').scrollIntoView();
});
openDoor();
at('save').addEventListener('click', save);
// Players go on by themselves, too.
video.addEventListener('playing', () => trouble.recovered());

/**
 * Calls `make` the first time, and again if that failed.
 * @template T
 * @param {() => Promise<T>} make
 */
function once(make) {
  /** @type {Promise<T> | undefined} */
  let made;
  return () =>
    (made ??= make().catch((error) => {
      made = undefined;
      throw error;
    }));
}

async function loadDetail() {
  const { Detail } = await import('./later.js');
  const made = new Detail(await operator());
  on(made, 'changed', (/** @type {{presentation: string, generation?: string}} */ { presentation, generation }) => {
    shelf.renew(presentation);
    // The files that play were replaced: the origin answers nothing more of them.
    if (presentation === now?.presentation && generation && generation !== now.index.generation) open();
  });
  return made;
}

/**
 * Plays the chosen presentation.
 * @param {number} [from] seconds; what was recorded before is kept then
 */
async function open(from) {
  const number = ++opened;
  const { presentation, protocol, query, filter, token } = controls;
  now?.adapter.stop();
  now = undefined;
  reached = from ?? 0;
  if (from === undefined) session.end();
  else session.wait();
  table.clear();
  captions.say([]);
  controls.offerCaptions([]);
  trouble.clear();
  const manifest = new URL(`${token}/${toPath(presentation)}/${manifestOf(protocol, filter)}`, location.href).href;
  try {
    const [{ index }, { start }] = await Promise.all([
      shownOrMade(presentation, `${manifest}?${query}`),
      PROTOCOLS[protocol].load(),
    ]);
    if (number !== opened) return;
    const of = (kind) => index.streams.find(({ type }) => type === kind);
    // Where there is nothing to see, charts are of what is to be heard.
    const stream = of('video') ?? of('audio');
    board.begin(index);
    const lead = index.streams.some(({ tracks }) => tracks.some((it) => it.protected)) ? PROTECTED : '';
    const levels = (of('video')?.tracks ?? []).map(({ bitrate }) => bitrate);
    // What a filter leaves of them is the player's to know.
    controls.offerLevels(query || filter ? [] : levels.toSorted((one, other) => one - other));
    // Caches keep a manifest for some seconds. The query makes it one of the index that is shown.
    const adapter = start(video, `${manifest}?${query && `${query}&`}${index.generation}`, {
      failed: (words, url) => trouble.failed(lead + words, url, resume),
      lost: () => {
        if (!controls.dropCaptions()) return;
        adapter.caption(null);
        trouble.note('These captions cannot be had now.');
      },
      captions: (offered) => controls.offerCaptions(offered),
      said: (lines) => captions.say(lines, controls.language),
    });
    now = { presentation, index, chunks: new Chunks(presentation), stream, adapter };
    const goOn = () => {
      if (number === opened) video.currentTime = from;
    };
    if (from !== undefined) video.addEventListener('loadedmetadata', goOn, { once: true });
    document.body.classList.add('playing');
    session.play({
      presentation,
      protocol,
      timescale: stream?.timescale,
      stream: stream?.name,
      estimate: adapter.estimate,
    });
    // Where the browser blocks autoplay, the visitor presses the button.
    video.play().catch(() => {});
  } catch (error) {
    // What is waited for is an origin in trouble: nothing else that fails here gets better by itself.
    if (number === opened) trouble.failed(error.message, error.status >= 500 ? manifest : undefined, resume);
  }
}

/** Plays it anew from where it was. */
function resume() {
  if (now) reached = video.currentTime;
  open(reached);
}

/** @param {import('./record/session.js').Sample[]} samples */
function standsAtEnd(samples) {
  const [earlier, last] = [samples.at(-1 - REST_MS / SAMPLE_MS), samples.at(-1)];
  return !video.paused && earlier?.position === last.position && last.position > video.duration - END_SECONDS;
}

/** Plays a short film again and again, so that its charts show long curves. */
function again() {
  video.currentTime = 0;
  video.play().catch(() => {});
}

/** @param {import('./record/transfers.js').Transfer} transfer */
function choose(transfer) {
  at('follow').checked = false;
  show(transfer);
}

/** @param {import('./record/transfers.js').Transfer} transfer */
function show(transfer) {
  table.mark(transfer.id);
  strip.show(now, transfer).catch((error) => strip.say(`What it is made of cannot be had right now: ${error.message}`));
}

function save() {
  const url = URL.createObjectURL(new Blob([JSON.stringify(session.toJSON(), null, 1)], { type: 'application/json' }));
  Object.assign(document.createElement('a'), { href: url, download: 'millrace-session.json' }).click();
  setTimeout(() => URL.revokeObjectURL(url), 1000);
}

// Without the list, what the address names can be played all the same.
await Promise.all([line.start(), shelf.more()]);
if (controls.presentation) open();
