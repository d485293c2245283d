// What an operator sees: Server-Timing, one line of log for each failure, and points in an Analytics Engine.
import assert from 'node:assert/strict';
import http from 'node:http';
import { before, test } from 'node:test';
import { BRIEF, LEVELS, briefFolder, briefFragments, pathOf } from '../lib/brief.mjs';
import { EdgeCache } from '../lib/cache.mjs';
import { beside, eventually, withWorker } from '../lib/counted.mjs';
import { close, listen } from '../lib/http.mjs';
import { WORKERS_CACHE } from '../lib/workers-cache.mjs';

const [LEVEL] = LEVELS;
const MANIFEST = `/${BRIEF}/Manifest`;

let folder;
let fragments;

before(async () => {
  folder = await briefFolder();
  fragments = briefFragments(folder, LEVEL);
});

test('Server-Timing says where the index was, and that storage was asked', async () => {
  await withWorker(folder, { indexed: false }, async (worker) => {
    assert.match((await worker.get(MANIFEST)).headers['server-timing'], /^index;desc="built";dur=\d+$/);
    const { headers } = await worker.get(pathOf(fragments[0]));
    assert.match(headers['server-timing'], /^index;desc="memory";dur=0, storage;dur=\d+$/);
    assert.equal(headers['timing-allow-origin'], '*');
    assert.match(headers['access-control-expose-headers'], /\bServer-Timing\b/);
  });
  await withWorker(folder, {}, async (worker) => {
    assert.match(
      (await worker.get(pathOf(fragments[0]))).headers['server-timing'],
      /^index;desc="kv";dur=\d+, storage;dur=\d+$/,
    );
  });
});

/** The log's lines, which have to be JSON. */
const lines = (worker) =>
  worker
    .logged()
    .split('\n')
    .filter((line) => line.includes('{'))
    .map((line) => JSON.parse(line.slice(line.indexOf('{'))));

test('each failure is one line of JSON, and what is not there is none', () =>
  withWorker(folder, {}, async (worker, storage) => {
    for (const path of ['/films/none.ism/Manifest', pathOf({ start: 1 }), '/favicon.ico', `/${BRIEF}/Nonsense`])
      await worker.get(path);
    assert.deepEqual(lines(worker), []);
    storage.onCall = ({ store }) => (store === 'r2' ? 'fail' : undefined);
    await worker.get(pathOf(fragments[1]));
    const [line, ...others] = lines(worker);
    assert.deepEqual(others, []);
    const { error, ...rest } = line;
    assert.deepEqual(rest, {
      presentation: BRIEF,
      stream: 'video',
      bitrate: LEVEL.bitrate,
      time: fragments[1].start,
      status: 503,
    });
    assert.ok(error.includes(beside(BRIEF, LEVEL.src)), error);
  }));

test('a value that KV does not take is a line too', () =>
  withWorker(folder, { indexed: false }, async (worker, storage) => {
    storage.onCall = ({ method }) => (method === 'put' ? 'fail' : undefined);
    assert.equal((await worker.get(MANIFEST)).status, 200);
    const log = [];
    await eventually('line', () => log.push(...lines(worker)) > 0);
    assert.equal(log.length, 1);
    assert.equal(log[0].presentation, BRIEF);
  }));

/** What the runtime sends to an Analytics Engine. */
async function withEngine(use) {
  const points = [];
  const server = http.createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += chunk;
    points.push(JSON.parse(text));
    response.end();
  });
  const port = await listen(server);
  try {
    await use({ address: `127.0.0.1:${port}` }, points);
  } finally {
    await close(server);
  }
}

const text = (bytes) => Buffer.from(bytes ?? []).toString();

/** Says who a viewer is, as a player does in a query, and as the network does. */
const asViewer = (session) => ({
  query: `?CMCD=${encodeURIComponent(`bl=21300,br=3200,cid="a,b",ot=v,sf=s,sid="${session}"`)}`,
  headers: { 'cf-ipcountry': 'NO' },
});
/** Where the answer was, the protocol, who asked, and what the player said of itself. */
const audienceOf = (point) => [
  ...[4, 5, 6, 7, 8].map((n) => text(point[`blob${n}`])),
  ...[7, 8].map((n) => point[`double${n}`]),
];

test('behind a gateway, what Workers Cache had is a point too, of the viewer that asked', () =>
  withEngine(async (engine, points) => {
    const vars = { GATEWAY: 'on' };
    await withWorker(folder, { points: engine, vars, front: WORKERS_CACHE }, async (worker) => {
      for (const [from, session] of Object.entries({ one: 'kv', other: 'cache', third: 'cache' }).map((it) =>
        it.reverse(),
      )) {
        const before = points.length;
        const { query, headers } = asViewer(session);
        const { body } = await worker.get(pathOf(fragments[0]) + query, headers);
        await eventually('point', () => points.length === before + 1);
        const [point] = points.slice(-1);
        assert.deepEqual([point.double1, point.double2, text(point.blob1)], [200, body.length, BRIEF]);
        assert.deepEqual(audienceOf(point), [from, 'smooth', 'NO', session, 'v', 3_200_000, 21_300]);
      }
      const handedOn = /asked GET \S+ (\[.*\])/.exec(worker.logged())[1];
      assert.deepEqual(JSON.parse(handedOn), ['cf-ipcountry', 'cmcd-session']);
    });
  }));

test('a player says of itself what is counted, in headers too, and with each answer of the Cache API', () =>
  withEngine(async (engine, points) => {
    const cache = await EdgeCache.start();
    await withWorker(folder, { points: engine, cache }, async (worker) => {
      const said = { 'CMCD-Session': 'sf=d,sid="x"', 'CMCD-Object': 'br=300,ot=a', 'cf-ipcountry': 'IS' };
      const ask = async (path, headers) => {
        const before = points.length;
        await worker.get(path, headers);
        await eventually('point', () => points.length === before + 1);
        return audienceOf(points.at(-1));
      };
      const path = `/${BRIEF}/manifest.mpd`;
      assert.deepEqual(await ask(path, said), ['kv', 'dash', 'IS', 'x', 'a', 300_000, 0]);
      await eventually('answer in the cache', () => cache.kept.size === 1);
      assert.deepEqual(await ask(path, said), ['cache', 'dash', 'IS', 'x', 'a', 300_000, 0]);
      assert.deepEqual(await ask(path, {}), ['cache', 'dash', '', '', '', 0, 0]);
      const odd = { 'CMCD-Session': `sid="${'x'.repeat(65)}"`, 'CMCD-Object': 'br=x' };
      assert.deepEqual(await ask(`${path}?CMCD=ot%3D%22%01%22`, odd), ['cache', 'dash', '', '', '', 0, 0]);
    }).finally(() => cache.close());
  }));

test('each request is a point, where there is an engine to take it', () =>
  withEngine(async (engine, points) => {
    const cache = await EdgeCache.start();
    await withWorker(folder, { points: engine, cache }, async (worker, storage) => {
      const ask = async (path) => {
        const before = points.length;
        await worker.get(path);
        await eventually('point', () => points.length === before + 1);
      };
      await ask(pathOf(fragments[0]));
      await eventually('answer in the cache', () => cache.kept.size === 1);
      await ask(pathOf(fragments[0]));
      await ask(MANIFEST);
      await ask('/films/none.ism/Manifest');
      await eventually('manifest in the cache', () => cache.kept.size === 2);
      storage.onCall = ({ store }) => (store === 'r2' ? 'fail' : undefined);
      await ask(pathOf(fragments[1]));
      const size = fragments[0].bytes.length;
      const manifest = cache.kept.get(new URL(MANIFEST, worker.url).href).body.length;
      const told = points.map((point) =>
        [1, 2, 3, 4].map((n) => text(point[`blob${n}`])).concat([1, 2, 6].map((n) => point[`double${n}`])),
      );
      assert.deepEqual(
        told.map(([presentation, kind, stream, index, status, bytes, bitrate]) => ({
          presentation,
          kind,
          stream,
          index,
          status,
          bytes: status === 200 ? bytes : undefined,
          bitrate,
        })),
        [
          {
            presentation: BRIEF,
            kind: 'fragment',
            stream: 'video',
            index: 'kv',
            status: 200,
            bytes: size,
            bitrate: LEVEL.bitrate,
          },
          {
            presentation: BRIEF,
            kind: 'fragment',
            stream: 'video',
            index: 'cache',
            status: 200,
            bytes: size,
            bitrate: LEVEL.bitrate,
          },
          {
            presentation: BRIEF,
            kind: 'manifest',
            stream: '',
            index: 'memory',
            status: 200,
            bytes: manifest,
            bitrate: 0,
          },
          {
            presentation: 'films/none.ism',
            kind: 'manifest',
            stream: '',
            index: '',
            status: 404,
            bytes: undefined,
            bitrate: 0,
          },
          {
            presentation: BRIEF,
            kind: 'fragment',
            stream: 'video',
            index: 'memory',
            status: 503,
            bytes: undefined,
            bitrate: LEVEL.bitrate,
          },
        ],
      );
      for (const point of points) {
        assert.equal(text(point.index1), text(point.blob1));
        for (const n of [3, 4, 5]) assert.ok(point[`double${n}`] >= 0);
      }
    }).finally(() => cache.close());
  }));
