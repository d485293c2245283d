// A soak: very many requests over very many presentations, to two isolates that share nothing but their stores, while
// files are replaced and stores fail.
import { Storage } from '../lib/storage.mjs';
import { WATCHED, memoryOf } from '../lib/watched.mjs';
import { startWorkerd } from '../lib/workerd.mjs';
import { connect } from './client.mjs';
import { Faults } from './faults.mjs';
import { Judge } from './judge.mjs';
import { Library } from './library.mjs';
import { nth } from './requests.mjs';
import { templates } from './templates.mjs';
import { startWeb } from './web.mjs';

/** How many of a hundred calls of stores go wrong. */
export const FAULTS = 8;
/** Isolates of one deployment: each learns from the stores alone what another has done. */
const ISOLATES = 2;
/** Of each isolate. */
const CONNECTIONS = 12;
/** One presentation is replaced in so many requests. */
const REPLACED_EACH = 50;
/** By how many bytes the memory may grow once it has settled: by chance more is under way at once than before. */
const FLAT = 2 << 20;
/** How often the memory is looked at. */
const LOOKS = 100;
/** Of the web server; what hangs takes as long, twice. */
const TIMEOUT_MS = 2000;

/**
 * @param {{requests: number, presentations: number, seed: number, report?: (share: number, text: string) => void}} options
 * @returns what came of it: see `troubleIn`
 */
export async function soak({ requests, presentations, seed, report = () => {} }) {
  const faults = new Faults(seed, FAULTS / 100);
  const judge = new Judge(faults);
  const made = await templates();
  const storage = await Storage.start();
  storage.onCall = (call) => {
    storage.calls.length = 0;
    return faults.of(call);
  };
  const library = new Library(made, presentations, storage);
  const web = await startWeb(storage.objects, (call) => faults.of(call));
  const stores = [
    { prefix: 'r2/', path: 'r2/', r2: 'MEDIA' },
    { prefix: 'web/', path: 'web/', timeout_ms: TIMEOUT_MS, http: { url: web.url } },
  ];
  const started = Array.from({ length: ISOLATES }, async () => {
    const worker = await startWorkerd(storage, { STORES: JSON.stringify(stores) }, WATCHED);
    return { worker, client: connect(worker.url, CONNECTIONS), memory: [] };
  });
  const isolates = await Promise.all(started);
  const begun = performance.now();
  try {
    let next = 0;
    const look = async (n) => {
      for (const { worker, memory } of isolates) {
        memory.push(await memoryOf(worker));
        worker.logged();
      }
      const largest = Math.max(...isolates.map(({ memory }) => memory.at(-1)));
      report(n / requests, `${n} requests, ${faults.injected} faults, ${judge.errors} errors, ${largest >> 20} MiB`);
    };
    const lane = async ({ client }) => {
      while (next < requests && judge.wrong.length < 100) {
        const n = next++;
        if (n % Math.ceil(requests / LOOKS) === 0) await look(n);
        const asked = nth(seed, n, library);
        if (n % REPLACED_EACH === 0) library.replace(asked.presentation);
        const window = { begun: performance.now(), first: asked.presentation.edition };
        judge.hear(asked, window, await client.ask(asked));
      }
    };
    await Promise.all(isolates.flatMap((isolate) => Array.from({ length: CONNECTIONS }, () => lane(isolate))));
    await look(requests);
  } finally {
    for (const { client, worker } of isolates) {
      await client.close();
      await worker.close();
    }
    await web.close();
    await storage.close();
  }
  const { wrong, short, errors, answered, tally } = judge;
  return {
    seed,
    requests: answered,
    seconds: (performance.now() - begun) / 1000,
    wrong,
    short,
    errors,
    faults: faults.injected,
    memories: isolates.map(({ memory }) => memory),
    answers: tally,
    kinds: faults.tally,
  };
}

/** What a soak must not come to, each in a line: none, if all is well. */
export function troubleIn({ wrong, short, errors, faults, memories }) {
  const grown = Math.max(...memories.map(growth));
  return [
    ...wrong,
    ...(short > 0 ? [`${short} answers of 200 are short`] : []),
    ...(errors > faults ? [`${errors} errors of ${faults} faults`] : []),
    ...(faults === 0 ? ['no fault was injected'] : []),
    ...(grown > FLAT ? [`WebAssembly memory grew by ${grown} bytes after the first tenth`] : []),
  ];
}

/** By how many bytes an isolate's memory has grown after the first tenth. */
function growth(memory) {
  const settled = memory.slice(Math.ceil(memory.length / 10));
  return Math.max(...settled) - settled[0];
}

/** What came of it, in lines. */
export function told({ seed, requests, seconds, wrong, short, errors, faults, memories, answers, kinds }) {
  const table = (title, map) => [title, ...[...map].sort().map(([what, count]) => `  ${what.padEnd(32)} ${count}`)];
  const bytes = (memory) =>
    `${memory[0]} bytes at first, ${memory[Math.ceil(memory.length / 10)]} after a tenth, ${memory.at(-1)} in the end`;
  return [
    `seed ${seed}: ${requests} requests in ${Math.round(seconds)} s, ${Math.round(requests / seconds)} a second`,
    `${wrong.length} wrong answers, ${short} short, ${errors} errors of ${faults} faults`,
    ...memories.map((memory, at) => `WebAssembly memory of isolate ${at + 1}: ${bytes(memory)}`),
    ...table('answers', answers),
    ...table('faults', kinds),
  ].join('\n');
}
