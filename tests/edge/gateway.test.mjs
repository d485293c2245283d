// The gateway: viewers ask one entrypoint, whoever passes is answered by another, and Workers Cache stands before that. It is
// played here, and so is its purge.
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { INDEXES, VARS as ADMIN, asOperator } from '../lib/admin.mjs';
import { BRIEF, LEVELS, briefFolder, briefFragments } from '../lib/brief.mjs';
import { EdgeCache } from '../lib/cache.mjs';
import { eventually, withWorker } from '../lib/counted.mjs';
import { deliver } from '../lib/delivered.mjs';
import { told } from '../lib/notifier.mjs';
import { CLOSED, WRONG, token } from '../lib/signed.mjs';
import { WORKERS_CACHE } from '../lib/workers-cache.mjs';

const GATEWAY = { GATEWAY: 'on' };
const MANIFEST = `/${BRIEF}/Manifest`;
const FRAGMENT = `/${BRIEF}/QualityLevels(${LEVELS[0].bitrate})/Fragments(video=0)`;
const ROUTES = [MANIFEST, `/${BRIEF}/master.m3u8`, `/${BRIEF}/manifest.mpd`, FRAGMENT, '/films/poster.jpg'];

let folder;
let fragments;

before(async () => {
  folder = await briefFolder();
  fragments = briefFragments(folder, LEVELS[0]);
});

const withGateway = (vars, use) => withWorker(folder, { vars: { ...GATEWAY, ...vars }, front: WORKERS_CACHE }, use);

/** What the second entrypoint was asked since it was looked at last: so many requests, each with the names of its headers. */
async function asked(worker, count) {
  const seen = [];
  await eventually(`${count} requests`, () => {
    for (const [, what, names] of worker.logged().matchAll(/asked (\S+ \S+) (\[.*\])/g)) seen.push([what, names]);
    return seen.length >= count;
  });
  return seen;
}

const isHit = ({ headers }) => headers['cf-cache-status'] === 'HIT';

test('a warm cache gives nothing to who has no token, and one answer to all who have', () =>
  withGateway({ ...CLOSED, FILES: '["jpg"]' }, async (worker, storage) => {
    storage.put('films/poster.jpg', Buffer.from('a poster'));
    for (const path of ROUTES) {
      const first = await worker.get(`/hdntl=${token()}${path}`, { cookie: 'a=b', authorization: 'Bearer x' });
      assert.equal(first.status, 200, path);
      assert.equal(isHit(first), false, path);
      assert.match(first.headers['cache-control'], /^private, max-age=/, path);
      assert.deepEqual(await asked(worker, 1), [[`GET ${path}`, '[]']], 'of the viewer nothing is handed on');
      storage.taken();
      const second = await worker.get(`/hdntl=${token({ seconds: 700 })}${path}`);
      assert.ok(isHit(second) && second.body.equals(first.body), path);
      assert.match(second.headers['cache-control'], /^private, max-age=/, path);
      const part = await worker.get(`/hdntl=${token()}${path}`, { range: 'bytes=1-3' });
      assert.ok(part.status === 206 && part.body.equals(first.body.subarray(1, 4)), path);
      const head = await worker.send('HEAD', `/hdntl=${token()}${path}`);
      assert.deepEqual([head.status, head.body.length], [200, 0], path);
      await asked(worker, 3);
    }
    assert.deepEqual(storage.taken(), []);
    for (const path of ROUTES) {
      for (const wrong of WRONG) {
        for (const headers of [{}, { range: 'bytes=0-9' }, { 'if-none-match': '*' }]) {
          const refused = await worker.get(wrong + path, headers);
          assert.deepEqual([refused.status, refused.headers['cache-control']], [403, 'no-store'], wrong + path);
        }
      }
      assert.equal((await worker.send('HEAD', path)).status, 403, path);
    }
    await worker.get('/clientaccesspolicy.xml');
    assert.deepEqual(await asked(worker, 1), [['GET /clientaccesspolicy.xml', '[]']], 'the cache is not asked');
    assert.deepEqual(storage.taken(), [], 'nor a store');
  }));

test('the next fragment is named where a deployment asks for it, and a token goes along', () =>
  withGateway({ ...CLOSED, PREFETCH: 'on' }, async (worker) => {
    const first = `/hdntl=${token()}${FRAGMENT}`;
    for (const from of ['MISS', 'HIT']) {
      const { status, headers } = await worker.get(first, { 'cdn-origin-assist-prefetch-enabled': '1' });
      assert.deepEqual([status, headers['cf-cache-status']], [200, from]);
      const next = headers['cdn-origin-assist-prefetch-path'];
      assert.equal(next, `Fragments(video=${fragments[1].start})`);
      assert.equal(headers.link, `<${next}>; rel=next`);
      const answer = await worker.get(new URL(next, new URL(first, worker.url)).pathname);
      assert.ok(answer.status === 200 && answer.body.equals(fragments[1].bytes));
    }
    const last = FRAGMENT.replace('=0', `=${fragments.at(-1).start}`);
    const { status, headers } = await worker.get(`/hdntl=${token()}${last}`);
    assert.deepEqual([status, headers.link], [200, undefined]);
  }));

test('no spelling of a path leads past the gate', () =>
  withGateway(CLOSED, async (worker) => {
    await worker.get(`/hdntl=${token()}${MANIFEST}`);
    await asked(worker, 1);
    for (const path of [
      `/open/..${MANIFEST}`,
      `/open/%2e%2e${MANIFEST}`,
      `/open/x.ism/.%2E/..${MANIFEST}`,
      `/open/x.ism/..%2f..%2f${MANIFEST.slice(1)}`,
      `/open\\..${MANIFEST}`,
      `//${MANIFEST}`,
      `/x.ism/Manifest/../..${MANIFEST}`,
      `/%66ilms${MANIFEST.slice('/films'.length)}`,
    ]) {
      const answer = await worker.get(path);
      assert.ok([400, 403, 404].includes(answer.status), `${path}: ${answer.status}`);
      assert.ok(!answer.text.includes('SmoothStreamingMedia'), path);
    }
    await worker.get('/clientaccesspolicy.xml');
    for (const [what] of await asked(worker, 1)) assert.doesNotMatch(what, /films/);
  }));

test('a token in a query leads to the address with the token in front, and so does the bare name', () =>
  withGateway(CLOSED, async (worker) => {
    const sent = await worker.get(`${MANIFEST}?hdnts=${token()}&t=0;1`);
    assert.deepEqual([sent.status, sent.headers['cache-control']], [302, 'no-store']);
    assert.equal((await worker.get(sent.headers.location)).status, 200);
    const bare = await worker.get(`/hdntl=${token()}/${BRIEF}?t=0;1`);
    assert.deepEqual([bare.status, bare.headers.location], [302, 'brief.ism/Manifest?t=0;1']);
  }));

test('what players add to a query is no part of the key; what decides is', () =>
  withGateway({}, async (worker, storage) => {
    assert.equal((await worker.get(`${FRAGMENT}?CMCD=bl%3D100%2Csid%3D%22a%22`)).status, 200);
    storage.taken();
    for (const path of [
      FRAGMENT,
      `${FRAGMENT}?session=7`,
      FRAGMENT.replaceAll('(', '%28').replace('video=0', 'VIDEO=00'),
    ]) {
      const answer = await worker.get(path);
      assert.ok(isHit(answer) && answer.body.equals(fragments[0].bytes), path);
      assert.match(answer.headers['cache-control'], /^public, /, 'it is open to all');
    }
    assert.deepEqual(storage.taken(), []);
    const whole = await worker.get(MANIFEST);
    for (const query of ['filter=type==%22audio%22', 'vbegin=0&vend=2']) {
      const first = await worker.get(`${MANIFEST}?${query}`);
      assert.ok(!isHit(first) && first.text !== whole.text, query);
      assert.ok(isHit(await worker.get(`${MANIFEST}?session=7&${query}`)), query);
    }
    assert.equal((await worker.get(`${MANIFEST}?vbegin=2&vend=1`)).status, 400);
  }));

test('a purge is of the entrypoint that is cached: by an operator, and by the bucket', () =>
  withGateway(ADMIN, async (worker, storage) => {
    const isPurged = async (what) => {
      assert.ok(worker.logged().includes(`purged {"tags":["${BRIEF}"],"pathPrefixes":["/${BRIEF}/"]}`), what);
      const again = await worker.get(FRAGMENT);
      assert.ok(!isHit(again) && again.body.equals(fragments[0].bytes), what);
      assert.ok(isHit(await worker.get(FRAGMENT)), what);
    };
    await worker.get(FRAGMENT);
    const answer = await asOperator(worker)('DELETE', `${INDEXES}/${BRIEF}`);
    assert.equal(JSON.parse(answer.text).cache, 'purged', answer.text);
    await isPurged('operator');
    storage.put(BRIEF, Buffer.concat([storage.objects.get(BRIEF).bytes, Buffer.from('<!-- new -->')]));
    assert.deepEqual(await deliver(worker, [told('PutObject', BRIEF)]), []);
    await isPurged('bucket');
  }));

test('what memory does not know is learnt first: a locator', () => {
  const guid = '0d9b1a5e-6f1c-4f1e-9d63-0a1b2c3d4e5f';
  return withGateway(CLOSED, async (worker, storage) => {
    storage.values.set(`alias/${guid}`, Buffer.from(JSON.stringify({ prefix: 'films' })));
    const path = FRAGMENT.replace('/films/', `/${guid}/`);
    const first = await worker.get(`/hdntl=${token()}${path}`);
    assert.equal(first.status, 200);
    assert.deepEqual(await asked(worker, 1), [[`GET ${FRAGMENT}`, '[]']]);
    assert.ok(isHit(await worker.get(`/hdntl=${token()}${FRAGMENT}`)), 'what it leads to is kept once');
    assert.equal((await worker.get(path)).status, 403);
  });
});

test('a locator that cannot be read is logged once', () => {
  const guid = '0d9b1a5e-6f1c-4f1e-9d63-0a1b2c3d4e5f';
  return withGateway(CLOSED, async (worker, storage) => {
    storage.values.set(`alias/${guid}`, Buffer.from('{}'));
    for (let time = 0; time < 3; time += 1)
      assert.equal((await worker.get(FRAGMENT.replace('/films/', `/${guid}/`))).status, 502);
    assert.equal(worker.logged().split(`the stored locator ${guid} is invalid`).length - 1, 1, worker.logged());
  });
});

test('each host has its own part of the library, under one cache whose key has no host', () => {
  const hosts = { 'a.example.com': 'films/', 'B.example.com': 'shows', 'all.example.com': '' };
  const vars = { ...CLOSED, ...ADMIN, HOSTS: JSON.stringify(hosts) };
  return withGateway(vars, async (worker, storage) => {
    for (const [key, { bytes }] of [...storage.objects]) storage.put(key.replace('films/', 'shows/'), bytes);
    const own = MANIFEST.replace('/films', '');
    const get = (host, path) => worker.get(path, { host });
    assert.equal((await get('a.example.com', own)).status, 403);
    assert.equal((await get('a.example.com', `/hdntl=${token()}${own}`)).status, 200);
    const other = await get('b.example.com:8080', own);
    assert.deepEqual([other.status, isHit(other)], [200, false]);
    assert.ok(isHit(await get('b.example.com', own)));
    assert.deepEqual(
      (await asked(worker, 3)).map(([what]) => what),
      [`GET ${MANIFEST}`, ...Array(2).fill(`GET ${MANIFEST.replace('films', 'shows')}`)],
    );
    assert.equal((await get('all.example.com', MANIFEST.replace('films', 'shows'))).status, 200);
    assert.equal((await get('b.example.com', `/../films/${own.slice(1)}`)).status, 400);
    const nobody = await get('c.example.com', own);
    assert.deepEqual([nobody.status, nobody.text], [404, 'nothing is served under this host\n']);
    const operator = { host: 'c.example.com', authorization: `Bearer ${ADMIN.ADMIN_TOKEN}` };
    assert.equal((await worker.get(INDEXES, operator)).status, 200, 'operators are no viewers');
  });
});

test('hosts without a gateway are refused: a cache would give one what another has', () =>
  withWorker(folder, { vars: { HOSTS: '{"a.example.com": ""}' } }, async (worker) => {
    assert.ok((await worker.get(MANIFEST)).status >= 500);
    const error = 'HOSTS needs GATEWAY = "on"';
    assert.deepEqual(
      worker.logged().trim().split('\n'),
      [JSON.stringify({ error })],
      'once, though it is planned before',
    );
  }));

test('without Workers Cache the Cache API stands behind the gateway', async () => {
  const cache = await EdgeCache.start();
  try {
    await withWorker(folder, { cache, vars: { ...GATEWAY, ...CLOSED, ...ADMIN } }, async (worker, storage) => {
      for (const path of [MANIFEST, FRAGMENT]) {
        const first = await worker.get(`/hdntl=${token()}${path}`);
        assert.equal(first.status, 200);
        await eventually('answer in the cache', () => cache.kept.has(new URL(path, worker.url).href));
        storage.taken();
        const second = await worker.get(`/hdntl=${token({ seconds: 700 })}${path}`);
        assert.match(second.headers['server-timing'], /^cache;desc="hit"/);
        assert.match(second.headers['cache-control'], /^private, /);
        assert.deepEqual(storage.taken(), []);
        cache.taken();
        for (const wrong of WRONG) assert.equal((await worker.get(wrong + path)).status, 403, wrong);
        assert.deepEqual(cache.taken(), []);
      }
      const answer = await asOperator(worker)('DELETE', `${INDEXES}/${BRIEF}`);
      assert.equal(JSON.parse(answer.text).cache, 'manifests-here', answer.text);
      assert.ok(!cache.kept.has(new URL(MANIFEST, worker.url).href));
    });
  } finally {
    await cache.close();
  }
});
