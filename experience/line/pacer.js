// The service worker. Every answer of the origin about a presentation passes through it, at the speed of the simulated
// line. It reports each transfer to the page.
import { Bucket } from './bucket.js';
import { paced } from './paced.js';
import { UNPACED } from '../unpaced.js';

/** How often the worker reports a transfer under way. */
const REPORT_MS = 100;
/** A page that has not described its line after this long gets no limit. */
const PATIENCE_MS = 1000;
const HEADERS = ['etag', 'server-timing', 'content-length', 'content-type', 'cf-cache-status'];

/** The line of each page, which all its transfers share. */
const lines = new Map();
let number = 0;

const worker = /** @type {ServiceWorkerGlobalScope} */ (/** @type {unknown} */ (self));
const now = () => performance.timeOrigin + performance.now();
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

worker.addEventListener('install', () => worker.skipWaiting());
worker.addEventListener('activate', (event) => event.waitUntil(worker.clients.claim()));

worker.addEventListener('message', ({ data, source }) => {
  if (data.type === 'claim') return worker.clients.claim();
  if (data.type !== 'line') return;
  const line = lineOf(source.id);
  line.bucket.rate = data.bitsPerSecond === null ? Infinity : data.bitsPerSecond / 8;
  line.latencyMs = data.latencyMs;
  line.told();
});

/** The line of a page. Browsers stop and restart service workers, so one that is unknown is asked for. */
function lineOf(client) {
  const known = lines.get(client);
  if (known) return known;
  const line = { bucket: new Bucket(), latencyMs: 0 };
  line.isKnown = Promise.race([new Promise((resolve) => (line.told = resolve)), sleep(PATIENCE_MS)]);
  lines.set(client, line);
  return line;
}

worker.addEventListener('fetch', (event) => {
  const { request, clientId } = event;
  const { origin, pathname } = new URL(request.url);
  const isMedia = origin === worker.location.origin && /\.isml?\//i.test(decodeURI(pathname));
  if (request.method !== 'GET' || !clientId || !isMedia || request.headers.has(UNPACED)) return;
  const { promise, resolve } = Promise.withResolvers();
  // Keeps the worker alive until the transfer has ended.
  event.waitUntil(promise);
  event.respondWith(answer(request, clientId, resolve));
});

async function answer(request, clientId, over) {
  const page = await worker.clients.get(clientId);
  const tell = (what) => page?.postMessage(what);
  const isNew = !lines.has(clientId);
  const line = lineOf(clientId);
  if (isNew) tell({ type: 'line?' });
  await line.isKnown;

  const id = `${performance.timeOrigin}-${++number}`;
  const { passed, flush } = reporter(tell, id);
  const ended = (failure) => {
    flush();
    tell({ type: 'ended', id, at: now(), failure: failure && String(failure) });
    over();
  };
  tell({ type: 'begun', id, at: now(), url: request.url });
  try {
    await sleep(line.latencyMs);
    // Past the browser's cache, since the page shows what the origin does; but the answer is stored in it, as the
    // page reads the bytes of some fragments itself.
    const response = await fetch(request, { cache: 'reload' });
    const { status, statusText, headers, body } = response;
    const kept = Object.fromEntries(HEADERS.map((name) => [name, headers.get(name)]));
    tell({ type: 'head', id, at: now(), status, headers: kept });
    if (!body) {
      ended();
      return response;
    }
    return new Response(paced(body, line.bucket, { passed, ended }), { status, statusText, headers });
  } catch (failure) {
    ended(failure);
    return Response.error();
  }
}

/** Reports how many bytes have passed: the first at once, then every `REPORT_MS`. */
function reporter(tell, id) {
  let [count, saidAt] = [0, -Infinity];
  let timer;
  const flush = () => {
    clearTimeout(timer);
    timer = undefined;
    if (count === 0) return;
    saidAt = now();
    tell({ type: 'bytes', id, at: saidAt, count });
    count = 0;
  };
  const passed = (more) => {
    count += more;
    const wait = saidAt + REPORT_MS - now();
    if (wait <= 0) flush();
    else timer ??= setTimeout(flush, wait);
  };
  return { passed, flush };
}
