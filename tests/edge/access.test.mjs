// Who may watch: a viewer without a token gets nothing, of a warm cache either, and nothing is looked at for it.
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { INDEXES, TOKEN as ADMIN_TOKEN, VARS as ADMIN } from '../lib/admin.mjs';
import { BRIEF, LEVELS, briefFolder } from '../lib/brief.mjs';
import { EdgeCache } from '../lib/cache.mjs';
import { eventually, withWorker } from '../lib/counted.mjs';
import { CLOSED as TOKEN, KEY, WRONG, jwt, pairsOfKeys, publicKeys, token } from '../lib/signed.mjs';

const MANIFEST = `/${BRIEF}/Manifest`;
const FRAGMENT = `/${BRIEF}/QualityLevels(${LEVELS[0].bitrate})/Fragments(video=0)`;
const OPEN = { TOKEN_KEYS: JSON.stringify({ now: KEY }) };
const closed = (policy) => ({ ACCESS: JSON.stringify([{ prefix: 'films/', ...policy }]) });

let folder;

before(async () => {
  folder = await briefFolder();
});

/** A Worker that has answered nothing, in front of a cache that holds nothing. */
async function withCache(vars, use) {
  const cache = await EdgeCache.start();
  try {
    await withWorker(folder, { cache, vars }, (worker, storage) => use({ worker, storage, cache }));
  } finally {
    await cache.close();
  }
}

function isRefused(answer, what) {
  assert.equal(answer.status, 403, what);
  assert.equal(answer.headers['cache-control'], 'no-store', what);
  assert.equal(answer.headers['access-control-allow-origin'], '*', what);
  assert.equal(answer.text, 'this is not open to you\n', what);
}

test('a warm cache gives nothing to who has no token', () =>
  withCache(TOKEN, async ({ worker, storage, cache }) => {
    for (const path of [MANIFEST, FRAGMENT]) {
      for (const wrong of WRONG) isRefused(await worker.get(wrong + path), wrong + path);
    }
    assert.deepEqual(cache.taken(), [], 'no cache is asked');
    assert.deepEqual(storage.calls, [], 'no store is asked');

    for (const path of [MANIFEST, FRAGMENT]) {
      const kept = cache.kept.size + 1;
      const miss = await worker.get(`/hdntl=${token()}${path}`);
      assert.equal(miss.status, 200);
      assert.match(miss.headers['cache-control'], /^private, max-age=/);
      await eventually('answer in the cache', () => cache.kept.size === kept);
      assert.ok(cache.kept.has(new URL(path, worker.url).href), 'it is kept under the path without a token');
      const hit = await worker.get(`/hdntl=${token({ seconds: 700 })}${path}`);
      assert.match(hit.headers['server-timing'], /^cache;desc="hit"/);
      assert.match(hit.headers['cache-control'], /^private, max-age=/);
      assert.ok(hit.body.equals(miss.body), 'one entry for all tokens');
    }
    cache.taken();
    storage.calls.length = 0;
    for (const path of [MANIFEST, FRAGMENT]) {
      for (const wrong of WRONG) isRefused(await worker.get(wrong + path), wrong + path);
      for (const headers of [{ range: 'bytes=0-9' }, { 'if-none-match': '*' }])
        isRefused(await worker.get(path, headers), path);
      assert.equal((await worker.send('HEAD', path)).status, 403);
      assert.equal((await worker.send('OPTIONS', path)).body.length, 0);
    }
    assert.deepEqual([cache.taken(), storage.calls], [[], []]);
  }));

test('without the Cache API: a warm fragment, parts, heads and the long way', () =>
  withWorker(folder, { vars: TOKEN }, async (worker) => {
    const prefix = `/hdntl=${token()}`;
    for (const path of [MANIFEST, FRAGMENT, FRAGMENT, `/${BRIEF}/master.m3u8`, `/${BRIEF}/manifest.mpd`]) {
      const answer = await worker.get(prefix + path);
      assert.equal(answer.status, 200, path);
      assert.match(answer.headers['cache-control'], /^private, /, path);
      isRefused(await worker.get(path), path);
    }
    assert.equal((await worker.get(prefix + FRAGMENT, { range: 'bytes=0-9' })).status, 206);
    assert.equal((await worker.send('HEAD', prefix + FRAGMENT)).status, 200);
    assert.equal((await worker.get(`${prefix}/_millrace/health`)).status, 404, 'it is of no admin');
  }));

test('a token in a query or a cookie is put in front of the path', () =>
  withWorker(folder, { vars: TOKEN }, async (worker) => {
    for (const [path, headers] of [
      [`${MANIFEST}?hdnts=${token()}&t=0;1`, {}],
      [`${MANIFEST}?t=0;1`, { cookie: `a=b; hdntl=${token()}` }],
    ]) {
      const sent = await worker.get(path, headers);
      assert.equal(sent.status, 302);
      assert.equal(sent.headers['cache-control'], 'no-store');
      assert.match(sent.headers.location, /^\/hdnt[ls]=.+\/Manifest\?t=0;1$/);
      assert.equal((await worker.get(sent.headers.location)).status, 200);
    }
    isRefused(await worker.get(`${FRAGMENT}?hdnts=${token()}`));
  }));

test('where a token is wanted and no key is there, nothing opens, and the log names it', () =>
  withWorker(folder, { vars: closed({ token: 'required' }) }, async (worker, storage) => {
    for (const path of [MANIFEST, `/hdntl=${token()}${FRAGMENT}`]) {
      const answer = await worker.get(path);
      assert.equal(answer.status, 503);
      assert.equal(answer.headers['cache-control'], 'no-store');
    }
    assert.deepEqual(storage.calls, []);
    assert.match(worker.logged(), /ACCESS wants tokens for .*films\//);
  }));

test('policies of addresses and referrers', () =>
  withWorker(folder, { vars: closed({ addresses: ['192.0.2.0/24'], referrers: ['example.com'] }) }, async (worker) => {
    const headers = { 'cf-connecting-ip': '192.0.2.7', referer: 'https://example.com/watch' };
    for (const path of [MANIFEST, FRAGMENT, FRAGMENT]) {
      assert.equal((await worker.get(path, headers)).status, 200);
      isRefused(await worker.get(path, { ...headers, 'cf-connecting-ip': '198.51.100.1' }), path);
      isRefused(await worker.get(path, { 'cf-connecting-ip': '192.0.2.7' }), path);
    }
  }));

test('files beside a presentation, under the policies of their keys', () =>
  withCache({ ...TOKEN, FILES: '["jpg", "mp4"]' }, async ({ worker, storage, cache }) => {
    const [poster, closed] = [Buffer.from('a poster'), '/films/poster.jpg'];
    for (const key of ['films/poster.jpg', 'open/poster.jpg', 'open/poster.png']) storage.put(key, poster);
    for (const wrong of WRONG) isRefused(await worker.get(wrong + closed), wrong);
    isRefused(await worker.get('/%66ilms/poster.jpg'), 'spelt otherwise');
    assert.deepEqual([cache.taken(), storage.calls], [[], []]);

    const given = await worker.get(`/hdntl=${token()}${closed}?download=a%22b.jpg`);
    assert.equal(given.status, 200);
    assert.ok(given.body.equals(poster));
    assert.equal(given.headers['content-type'], 'image/jpeg');
    assert.match(given.headers['cache-control'], /^private, max-age=30/);
    assert.equal(given.headers['content-disposition'], `attachment; filename="a_b.jpg"; filename*=UTF-8''a%22b.jpg`);
    const part = await worker.get(`/hdntl=${token()}${closed}`, { range: 'bytes=2-5' });
    assert.deepEqual([part.status, part.text, part.headers['content-range']], [206, 'post', 'bytes 2-5/8']);
    const sent = await worker.get(`${closed}?download&hdnts=${token()}`);
    assert.deepEqual([sent.status, sent.headers.location.endsWith(`${closed}?download`)], [302, true]);

    const open = await worker.get('/open/poster.jpg');
    assert.deepEqual([open.status, open.headers['cache-control']], [200, 'public, max-age=30, stale-if-error=0']);
    for (const path of ['/open/poster.png', '/open/other.jpg', `/hdntl=${token()}/films/brief.ismc`])
      assert.equal((await worker.get(path)).status, 404, path);
    assert.deepEqual(cache.taken(), [], 'the Cache API has no files');
  }));

test('operators and the page have doors of their own, which no token of viewers opens', () =>
  withWorker(
    folder,
    { vars: { ...OPEN, ...ADMIN, EXPERIENCE: 'on', ACCESS: '[{"prefix": "", "token": "required"}]' } },
    async (worker) => {
      const [viewer, operator] = [`/hdntl=${token({ acl: '*' })}`, { authorization: `Bearer ${ADMIN_TOKEN}` }];
      assert.equal((await worker.get(viewer + MANIFEST)).status, 200);
      isRefused(await worker.get(MANIFEST, operator), 'an operator is no viewer');
      const library = '/_millrace/library';
      for (const [path, headers, status] of /** @type {[string, Record<string, string>, number][]} */ ([
        [INDEXES, {}, 401],
        [INDEXES, operator, 200],
        [`${INDEXES}?hdntl=${token({ acl: '*' })}`, {}, 401],
        [library, {}, 200],
        [viewer + INDEXES, operator, 404],
        [viewer + library, {}, 404],
        [`${viewer}/`, {}, 404],
        [`${viewer}/_millrace/experience/main.js`, {}, 404],
        ['/clientaccesspolicy.xml', {}, 200],
      ]))
        assert.equal((await worker.get(path, headers)).status, status, path);
    },
  ));

test('tokens of public keys are verified by the runtime, once', () => {
  const pairs = pairsOfKeys();
  const vars = { ...TOKEN, TOKEN_KEYS: JSON.stringify({ now: KEY, ...publicKeys(pairs) }) };
  return withCache(vars, async ({ worker, storage, cache }) => {
    const [ES256, RS256] = [jwt('ES256', { pairs }), jwt('RS256', { pairs })];
    const wrong = [
      jwt('ES256', { pairs: pairsOfKeys() }),
      jwt('ES256', { pairs, seconds: -61 }),
      jwt('RS256', { pairs, claims: { sub: 'films/other.ism' } }),
      `${RS256.slice(0, -6)}AAAAAA`,
      ES256.slice(0, -4),
    ];
    for (const token of wrong) isRefused(await worker.get(token + FRAGMENT), token);
    assert.deepEqual([cache.taken(), storage.calls], [[], []]);
    for (const token of [ES256, RS256]) {
      const first = await worker.get(token + FRAGMENT);
      assert.equal(first.status, 200);
      assert.match(first.headers['cache-control'], /^private, /);
      assert.deepEqual(cache.taken(), [], 'the cache is asked by whoever is known to pass');
      const again = await worker.get(token + FRAGMENT);
      assert.ok(again.body.equals(first.body));
      await eventually('fragment in the cache', () => cache.kept.size === 1);
      assert.notDeepEqual(cache.taken(), []);
    }
    const sent = await worker.get(`${MANIFEST}?${jwt('ES256', { pairs }).slice(1)}`);
    assert.equal(sent.status, 302);
    assert.equal((await worker.get(sent.headers.location)).status, 200);
    await eventually('answer in the cache', () => cache.kept.size === 2);
    cache.taken();
    for (const token of wrong) isRefused(await worker.get(token + FRAGMENT), token);
    assert.deepEqual(cache.taken(), []);
  });
});
