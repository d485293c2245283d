// Real servers behind the Worker: S3, Azure Blob, plain HTTP. The right bytes of each, or none.
import assert from 'node:assert/strict';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { startAzure } from '../lib/azurite.mjs';
import { fragmentsOfTrack } from '../lib/boxes.mjs';
import { BRIEF, LEVELS, briefFolder, briefFragments } from '../lib/brief.mjs';
import { eventually } from '../lib/counted.mjs';
import { startEdge } from '../lib/edge.mjs';
import { readFolder } from '../lib/folder.mjs';
import { readManifest } from '../lib/manifest.mjs';
import { startS3 } from '../lib/moto.mjs';
import { startNginx } from '../lib/nginx.mjs';
import { quiet } from '../lib/quiet.mjs';
import { replacement } from '../lib/replacement.mjs';
import { Spoiler } from '../lib/spoiler.mjs';
import { Storage } from '../lib/storage.mjs';
import { startWorkerd } from '../lib/workerd.mjs';

const TIMEOUT_MS = 700;
/** Characters that a URL, a signature and a server may each see differently. */
const ODD = 'odd-names/a b+c&d=é(1)/x~y.ism';
const [LEVEL] = LEVELS;
const SOURCE = BRIEF.replace('brief.ism', LEVEL.src);
const pathOf = ({ start }, presentation = BRIEF, { kind, bitrate } = LEVEL) =>
  `/${presentation}/QualityLevels(${bitrate})/Fragments(${kind}=${start})`;

let folder;
let files;
let newBytes;

before(async () => {
  folder = await briefFolder();
  files = await readFolder(folder);
  newBytes = await replacement();
});

function assertTrouble(answer, secrets, log) {
  assert.equal(answer.status, 503, answer.text.slice(0, 200));
  assert.equal(answer.headers['cache-control'], 'no-store');
  assert.match(answer.headers['retry-after'], /^[1-9]\d*$/);
  assert.ok(answer.body.length < 200);
  assert.doesNotMatch(answer.text, /brief|127\.0\.0\.1|http|signature|credential/i);
  for (const secret of Object.values(secrets)) {
    assert.ok(!log.includes(secret.replace(/^\?/, '')), 'a secret stands in the log');
    assert.doesNotMatch(log, /sig=|Signature=|SharedKey|AWS4/);
  }
}

for (const [name, start] of /** @type {[name: string, start: () => Promise<import('../lib/server.mjs').Store>][]} */ ([
  ['S3', startS3],
  ['Azure Blob by a shared access signature', () => startAzure('sas')],
  ['Azure Blob by a shared key', () => startAzure('key')],
  ['plain HTTP', startNginx],
])) {
  describe(name, () => {
    let server;
    let spoiler;

    before(async () => {
      server = await start();
      spoiler = await Spoiler.start(server.url);
      for (const [key, bytes] of files) {
        await server.put(key, bytes);
        await server.put(key === BRIEF ? ODD : key.replace('films', path.posix.dirname(ODD)), bytes);
      }
    });

    after(async () => {
      await spoiler?.close();
      await server?.close();
    });

    /** A Worker that has answered nothing yet, and knows of nothing but this server. */
    async function withWorker({ secrets = server.secrets } = {}, use) {
      const storage = await Storage.start();
      const stores = JSON.stringify([{ prefix: '', timeout_ms: TIMEOUT_MS, ...server.entry(spoiler.url) }]);
      const worker = await startWorkerd(storage, { STORES: stores, ...secrets });
      spoiler.onRequest = () => undefined;
      spoiler.taken();
      try {
        await use(worker, storage);
      } finally {
        spoiler.onRequest = () => undefined;
        await worker.close();
        await storage.close();
        await server.put(SOURCE, files.get(SOURCE));
      }
    }

    test('what is not indexed is, and every fragment is as its file has it', () =>
      withWorker({}, async (worker, storage) => {
        for (const presentation of [BRIEF, ODD]) {
          const url = presentation.split('/').map(encodeURIComponent).join('/');
          const answer = await worker.get(`/${url}/Manifest`);
          assert.equal(answer.status, 200, answer.text);
          const manifest = readManifest(answer.text);
          for (const level of LEVELS) {
            const fragments = briefFragments(folder, level);
            assert.equal(manifest.stream(level.kind).chunks.length, fragments.length);
            for (const fragment of fragments) {
              const { status, body } = await worker.get(pathOf(fragment, url, level));
              assert.equal(status, 200, worker.logged());
              assert.ok(body.equals(fragment.bytes));
            }
          }
        }
        assert.deepEqual(
          storage.taken().filter(({ store }) => store === 'r2'),
          [],
          'R2 is not asked',
        );
      }));

    test('a fragment is one request of exactly its range', () =>
      withWorker({}, async (worker) => {
        const [, fragment] = briefFragments(folder, LEVEL);
        await worker.get(`/${BRIEF}/Manifest`);
        await quiet(() => spoiler.taken().length);
        assert.ok((await worker.get(pathOf(fragment))).body.equals(fragment.bytes));
        const { offset, bytes } = fragment;
        const [only, ...others] = spoiler.taken();
        assert.equal(only.range, `bytes=${offset}-${offset + bytes.length - 1}`);
        assert.deepEqual(others, []);
      }));

    test('what is not there is 404', () =>
      withWorker({}, async (worker) => {
        assert.equal((await worker.get('/films/nowhere.ism/Manifest')).status, 404);
        assert.equal(spoiler.taken().length, 1);
      }));

    test('wrong credentials: 503, nothing revealed, and not tried again', async () => {
      for (const secrets of server.wrong) {
        await withWorker({ secrets }, async (worker) => {
          const answer = await worker.get(`/${BRIEF}/Manifest`);
          const log = worker.logged();
          assertTrouble(answer, secrets, log);
          assert.match(log, /refuses our credentials/, 'the operator is told why');
          assert.equal(spoiler.taken().length, 1);
        });
      }
    });

    test('a replaced file is indexed once more, and served as it is now', () =>
      withWorker({}, async (worker, storage) => {
        const old = briefFragments(folder, LEVEL);
        const fresh = fragmentsOfTrack(newBytes, 1);
        assert.ok((await worker.get(pathOf(old[0]))).body.equals(old[0].bytes));
        await server.put(SOURCE, newBytes);
        spoiler.taken();
        storage.taken();
        for (const fragment of fresh) assert.ok((await worker.get(pathOf(fragment))).body.equals(fragment.bytes));
        const starts = spoiler
          .taken()
          .filter(({ etag, path }) => etag === undefined && decodeURIComponent(path).endsWith(SOURCE));
        assert.deepEqual(
          starts.map(({ method, range }) => `${method} ${range}`),
          ['GET bytes=0-4095'],
          'it is indexed once',
        );
        await eventually('new index in KV', () => storage.taken().some(({ method }) => method === 'put'));
      }));

    for (const [fault, what, tries] of [
      ['whole', 'ignores Range', 1],
      ['elsewhere', 'sends another range', 1],
      ['short', 'sends a shorter range', 1],
      ['redirect', 'sends us elsewhere', 1],
      ['fail', 'fails', 2],
      ['hang', 'does not answer', 2],
      ['drop', 'hangs up', 2],
    ]) {
      test(`a server that ${what}: 503 and no bytes of it, after ${tries} ${tries === 1 ? 'try' : 'tries'}`, () =>
        withWorker({}, async (worker) => {
          const [fragment] = briefFragments(folder, LEVEL);
          await worker.get(`/${BRIEF}/Manifest`);
          await quiet(() => spoiler.taken().length);
          spoiler.onRequest = () => fault;
          const answer = await worker.get(pathOf(fragment));
          const log = worker.logged();
          assertTrouble(answer, server.secrets, log);
          assert.equal(log.includes(`no answer came within ${TIMEOUT_MS} ms`), fault === 'hang', log);
          assert.equal(spoiler.taken().length, tries);
          spoiler.onRequest = () => undefined;
          assert.ok((await worker.get(pathOf(fragment))).body.equals(fragment.bytes), 'and well again after');
        }));
    }

    test('a server that breaks off whatever is looked into: 503, and nothing kept', () =>
      withWorker({}, async (worker, storage) => {
        spoiler.onRequest = ({ method }) => (method === 'GET' ? 'cut' : undefined);
        assertTrouble(await worker.get(`/${BRIEF}/Manifest`), server.secrets, worker.logged());
        assert.equal(storage.values.size, 0);
      }));

    for (const fault of ['untagged', 'weak']) {
      test(`a server whose answers are ${fault}: 503, and the operator is told why`, () =>
        withWorker({}, async (worker) => {
          spoiler.onRequest = () => fault;
          const answer = await worker.get(`/${BRIEF}/Manifest`);
          const log = worker.logged();
          assertTrouble(answer, server.secrets, log);
          assert.match(log, /no strong ETag/);
        }));
    }

    for (const fault of ['fail', 'hang', 'cut']) {
      test(`a server that does so once (${fault}) while an index is built: nobody notices`, () =>
        withWorker({}, async (worker) => {
          let left = 1;
          spoiler.onRequest = ({ method }) => (method === 'GET' && left-- > 0 ? fault : undefined);
          const answer = await worker.get(`/${BRIEF}/Manifest`);
          assert.equal(answer.status, 200, worker.logged());
        }));
    }

    test('a server that fails once under a fragment: nobody notices', () =>
      withWorker({}, async (worker) => {
        const [fragment] = briefFragments(folder, LEVEL);
        await worker.get(`/${BRIEF}/Manifest`);
        let left = 1;
        spoiler.onRequest = () => (left-- > 0 ? 'fail' : undefined);
        assert.ok((await worker.get(pathOf(fragment))).body.equals(fragment.bytes));
      }));

    test('a server that breaks off in the middle of a fragment: the client can tell', () =>
      withWorker({}, async (worker) => {
        const [fragment] = briefFragments(folder, LEVEL);
        await worker.get(`/${BRIEF}/Manifest`);
        spoiler.onRequest = () => 'cut';
        await assert.rejects(worker.get(pathOf(fragment)), { code: 'ECONNRESET' });
        spoiler.onRequest = () => undefined;
        assert.ok((await worker.get(pathOf(fragment))).body.equals(fragment.bytes));
      }));
  });
}

test('a server that ignores Range is not read to the end', async () => {
  const server = await startNginx();
  const spoiler = await Spoiler.start(server.url);
  const storage = await Storage.start();
  const worker = await startWorkerd(storage, {
    STORES: JSON.stringify([{ prefix: '', ...server.entry(spoiler.url) }]),
  });
  try {
    for (const [key, bytes] of files) await server.put(key, bytes);
    const large = Buffer.concat([files.get(SOURCE), Buffer.alloc(256 << 20)]);
    await server.put(SOURCE, large);
    spoiler.onRequest = ({ method, path }) => (method === 'GET' && path.endsWith(LEVEL.src) ? 'whole' : undefined);
    assert.equal((await worker.get(`/${BRIEF}/Manifest`)).status, 503);
    const whole = spoiler.taken().filter(({ method, path }) => method === 'GET' && path.endsWith(LEVEL.src));
    assert.ok(whole.length > 0 && whole.every(({ bytes }) => bytes < large.length / 4), JSON.stringify(whole));
  } finally {
    await worker.close();
    await storage.close();
    await spoiler.close();
    await server.close();
  }
});

test('each prefix has its own store, the table of wrangler.toml does too, and no store means 404', async () => {
  const [fragment] = briefFragments(folder, LEVEL);
  const server = await startNginx();
  try {
    for (const [key, bytes] of files) await server.put(key, bytes);
    const stores = [
      { prefix: 'web/', path: 'films/', ...server.entry(server.url) },
      { prefix: 'own/', path: 'films/', r2: 'MEDIA' },
    ];
    const edge = await startEdge(folder, { indexed: false, vars: { STORES: stores } });
    try {
      for (const prefix of ['web', 'own']) {
        const answer = await edge.get(pathOf(fragment, `${prefix}/brief.ism`));
        assert.equal(answer.status, 200, answer.text);
        assert.ok(answer.body.equals(fragment.bytes), prefix);
      }
      assert.equal((await edge.get(`/${BRIEF}/Manifest`)).status, 404);
    } finally {
      await edge.close();
    }
  } finally {
    await server.close();
  }
});

test('a secret that is not there is said in the log by where it is missing, and to nobody else', async () => {
  const storage = await Storage.start();
  const stores = [{ prefix: '', azure: { account: 'me', sas: 'NOT_THERE' } }];
  const worker = await startWorkerd(storage, { STORES: JSON.stringify(stores) });
  try {
    const answer = await worker.get(`/${BRIEF}/Manifest`);
    assert.equal(answer.status, 500);
    assert.doesNotMatch(answer.text, /secret|azure|NOT_THERE/i);
    const [said, ...rest] = worker.logged().trim().split('\n');
    assert.match(JSON.parse(said).error, /STORES, entry 1: sas names no secret that this Worker has/);
    assert.deepEqual(rest, [], 'once');
  } finally {
    await worker.close();
    await storage.close();
  }
});
