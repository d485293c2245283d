// CASE = "fold": addresses that differ from a presentation's key in case alone lead to it, under its own policy and to its own
// entry of every cache.
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { INDEXES, VARS as ADMIN, asOperator } from '../lib/admin.mjs';
import { BRIEF, LEVELS, briefFolder, briefFragments } from '../lib/brief.mjs';
import { EdgeCache } from '../lib/cache.mjs';
import { eventually, withWorker } from '../lib/counted.mjs';
import { CLOSED, token } from '../lib/signed.mjs';
import { WORKERS_CACHE } from '../lib/workers-cache.mjs';

const FOLD = { CASE: 'fold', ...ADMIN };
const OTHER = BRIEF.toUpperCase();
const [LEVEL] = LEVELS;
const FRAGMENT = `QualityLevels(${LEVEL.bitrate})/Fragments(video=0)`;
const MANIFESTS = ['Manifest', 'master.m3u8', 'manifest.mpd'];

let folder;
let fragments;

before(async () => {
  folder = await briefFolder();
  fragments = briefFragments(folder, LEVEL);
});

/** A Worker whose presentation was published by its operator. */
const withPublished = (vars, use, more = {}) =>
  withWorker(folder, { indexed: false, vars: { ...FOLD, ...vars }, ...more }, async (worker, storage) => {
    assert.equal((await asOperator(worker)('PUT', `${INDEXES}/${BRIEF}`)).status, 200);
    await use(worker, storage);
  });

test('all that belongs to a presentation is there in any case, and the same', () =>
  withPublished({}, async (worker, storage) => {
    for (const file of [...MANIFESTS, FRAGMENT]) {
      const exact = await worker.get(`/${BRIEF}/${file}`);
      for (const spelled of [OTHER, BRIEF.replace('f', 'F'), BRIEF.replace('.ism', '.ISM')]) {
        const other = await worker.get(`/${spelled}/${file}`);
        assert.deepEqual([other.status, other.headers.etag], [200, exact.headers.etag], spelled);
        assert.equal(other.headers['cache-tag'], exact.headers['cache-tag'], 'a purge reaches it');
        assert.ok(other.body.equals(exact.body), spelled);
      }
    }
    storage.taken();
    for (let time = 0; time < 3; time++) {
      const { body } = await worker.get(`/${OTHER}/${FRAGMENT}`);
      assert.ok(body.equals(fragments[0].bytes));
    }
    assert.deepEqual(
      storage.taken().map(({ store }) => store),
      ['r2', 'r2', 'r2'],
      'how it is spelled is known by then',
    );
    assert.equal((await worker.get('/FILMS/none.ism/Manifest')).status, 404);
  }));

test('a cold isolate asks KV once how a presentation is spelled', async () => {
  let values;
  await withPublished({}, (_, storage) => {
    values = storage.values;
  });
  await withWorker(folder, { indexed: false, vars: FOLD }, async (worker, storage) => {
    storage.values = values;
    for (let time = 0; time < 2; time++)
      assert.ok((await worker.get(`/${OTHER}/${FRAGMENT}`)).body.equals(fragments[0].bytes));
    const asked = storage.taken().map(({ store, key }) => `${store} ${key}`);
    const read = `r2 films/${LEVEL.src}`;
    assert.deepEqual(asked, [`kv case/${BRIEF}`, `kv index/${BRIEF}`, read, read]);
  });
});

test('it is the default that case decides', () =>
  withWorker(folder, { vars: ADMIN }, async (worker, storage) => {
    storage.taken();
    assert.equal((await worker.get(`/${OTHER}/Manifest`)).status, 404);
    assert.ok(!storage.taken().some(({ key }) => key.startsWith('case/')));
  }));

test('no case leads past a policy, of a cold isolate or of a warm one', () =>
  withPublished(CLOSED, async (worker) => {
    const refused = async (path) => assert.equal((await worker.get(path)).status, 403, path);
    const paths = [...MANIFESTS, FRAGMENT].map((file) => `/${OTHER}/${file}`);
    for (const path of paths) await refused(path);
    for (const path of paths) {
      const answer = await worker.get(`/hdntl=${token()}${path}`);
      assert.equal(answer.status, 200, path);
      assert.match(answer.headers['cache-control'], /^private, /);
    }
    for (const path of paths) await refused(path);
    for (const path of paths) await refused(`/hdntl=${token({ acl: '%2FFILMS%2F*' })}${path}`);
  }));

test('all spellings share one entry of the Cache API', async () => {
  const cache = await EdgeCache.start();
  const use = async (worker) => {
    for (const spelled of [OTHER, BRIEF, OTHER]) {
      const answer = await worker.get(`/${spelled}/${FRAGMENT}`);
      assert.ok(answer.body.equals(fragments[0].bytes), spelled);
      await eventually('answer in the cache', () => cache.kept.size === 1);
    }
    assert.deepEqual([...cache.kept.keys()], [new URL(`/${BRIEF}/${FRAGMENT}`, worker.url).href]);
  };
  await withPublished({}, use, { cache }).finally(() => cache.close());
});

test('and of the gateway', () =>
  withPublished(
    { ...CLOSED, GATEWAY: 'on' },
    async (worker) => {
      for (const [spelled, status] of [
        [OTHER, 'MISS'],
        [BRIEF, 'HIT'],
        [OTHER, 'HIT'],
      ]) {
        const answer = await worker.get(`/hdntl=${token()}/${spelled}/${FRAGMENT}`);
        assert.deepEqual([answer.status, answer.headers['cf-cache-status']], [200, status], spelled);
        assert.equal((await worker.get(`/${spelled}/${FRAGMENT}`)).status, 403);
      }
    },
    { front: WORKERS_CACHE },
  ));

test('of two presentations that differ in case alone the second is refused, until the first is purged', () =>
  withPublished({}, async (worker, storage) => {
    const ask = asOperator(worker);
    const twin = BRIEF.replace('brief', 'Brief');
    storage.put(twin, storage.objects.get(BRIEF).bytes);
    const refused = await ask('PUT', `${INDEXES}/${twin}`);
    assert.equal(refused.status, 409);
    assert.ok(refused.text.includes(`${twin} and ${BRIEF} differ in case alone`), refused.text);
    assert.equal((await ask('DELETE', `${INDEXES}/${BRIEF}`)).status, 200);
    assert.equal((await ask('PUT', `${INDEXES}/${twin}`)).status, 200);
    assert.equal((await worker.get(`/${OTHER}/Manifest`)).headers['cache-tag'], twin);
  }));
