// Policies, tokens and routes against each other, with a cache that holds nothing and with one that holds all of it: who has no
// right token is refused everywhere, and nothing is looked at for it; who has one gets the same bytes.
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { BRIEF, LEVELS, briefFolder } from '../lib/brief.mjs';
import { EdgeCache } from '../lib/cache.mjs';
import { eventually, withWorker } from '../lib/counted.mjs';
import { CLOSED, KEY, jwt, pairsOfKeys, publicKeys, signed, token, tokenFrom, tokenOf } from '../lib/signed.mjs';

const [HOME, ELSEWHERE] = ['192.0.2.7', '198.51.100.1'];
const [NEXT, FORMER] = ['11'.repeat(16), '22'.repeat(16)];
const FILE = '/films/poster.jpg';
const pairs = pairsOfKeys();
const LIVE = { now: KEY, next: NEXT, ...publicKeys(pairs) };
const VARS = { ...CLOSED, TOKEN_KEYS: JSON.stringify(LIVE), FILES: '["jpg"]' };
const MANIFESTS = ['Manifest', 'master.m3u8', 'manifest.mpd'].map((name) => `/${BRIEF}/${name}`);
const [{ bitrate }] = LEVELS;
const OTHERS = pairsOfKeys();
/** A part of a JSON Web Token. */
const claimed = (claims) => Buffer.from(JSON.stringify(claims)).toString('base64url');
const inAnHour = () => Math.floor(Date.now() / 1000) + 3600;

let folder;
/** Addresses of all that a presentation is made of. */
let parts;

before(async () => {
  folder = await briefFolder();
  await withWorker(folder, {}, async (worker) => {
    const [, generation] = /([0-9a-f]{16})\/QualityLevels/.exec((await worker.get(MANIFESTS[0])).text);
    const level = `/${BRIEF}/${generation}/video/${bitrate}`;
    const fragments = `/${BRIEF}/${generation}/QualityLevels(${bitrate})`;
    parts = [
      `/${BRIEF}/QualityLevels(${bitrate})/Fragments(video=0)`,
      ...['Fragments', 'RawFragments', 'FragmentInfo'].map((noun) => `${fragments}/${noun}(video=0)`),
      ...['index.m3u8', 'index-1-2.m3u8', 'iframes/index.m3u8', 'init.mp4', '0.m4s', 'iframes/0.m4s'].map(
        (it) => `${level}/${it}`,
      ),
    ];
  });
});

/** A token of every field there is, and what it becomes where one of them is changed after it was signed. */
function tampered() {
  const fields = { ip: HOME, st: '1', exp: String(inAnHour()), acl: '%2Ffilms%2F*', id: 'viewer', data: 'x' };
  const whole = signed(Object.entries(fields).map(([name, value]) => `${name}=${value}`));
  const others = { ip: ELSEWHERE, st: '2', exp: String(inAnHour() + 1), acl: '%2F*', id: 'other', data: 'y' };
  const changed = Object.entries(others).map(([name, value]) => [
    `another ${name}`,
    whole.replace(`${name}=${fields[name]}`, `${name}=${value}`),
  ]);
  const left = Object.entries(fields).map(([name, value]) => [`no ${name}`, whole.replace(`${name}=${value}~`, '')]);
  const last = whole.at(-1) === '0' ? '1' : '0';
  return {
    whole,
    changed: [...changed, ...left, ['another hmac', whole.slice(0, -1) + last], ['half an hmac', whole.slice(0, -32)]],
  };
}

/** Tokens that open nothing here, each as what stands in front of a path. */
const wrong = () => [
  ['none', ''],
  ['an empty one', '/hdntl='],
  ['expired', `/hdntl=${token({ seconds: -61 })}`],
  ['not yet', `/hdntl=${tokenFrom(90)}`],
  ['of another path', `/hdntl=${token({ acl: '%2Fshows%2F*' })}`],
  ['of another address', `/hdntl=${tokenOf(ELSEWHERE)}`],
  ['of a key that nobody has', `/hdntl=${token({ key: 'ff'.repeat(16) })}`],
  ['of a key that was taken away', `/hdntl=${token({ key: FORMER })}`],
  ['twice', `/hdntl=${token()}/hdntl=${token()}`],
  ['no JSON Web Token', '/jwt=a.b.c'],
  ...['HS256', 'ES256', 'RS256'].flatMap((alg) => [
    [`an expired JSON Web Token, ${alg}`, jwt(alg, { pairs, seconds: -61 })],
    [`one that is not yet, ${alg}`, jwt(alg, { pairs, claims: { nbf: inAnHour() } })],
    [`one of another folder, ${alg}`, jwt(alg, { pairs, claims: { sub: 'shows/' } })],
    [`one of keys that nobody has, ${alg}`, jwt(alg, { pairs: OTHERS, key: FORMER })],
    [
      `one whose claims were changed, ${alg}`,
      jwt(alg, { pairs }).replace(/\.[^.]+\./, `.${claimed({ sub: 'films/' })}.`),
    ],
    [
      `one that closes this address, ${alg}`,
      jwt(alg, { pairs, claims: { accessRules: [{ type: 'any', action: 'block' }] } }),
    ],
  ]),
  ['one that is not signed', `/jwt=${claimed({ alg: 'none' })}.${claimed({ sub: 'films/' })}.`],
  ...tampered().changed.map(([what, text]) => [what, `/hdntl=${text}`]),
];

/** Tokens that open all of films/. */
const right = () => [
  ['valid', `/hdntl=${token()}`],
  ['by its other name', `/hdnts=${token()}`],
  ['expired, by a clock that is late', `/hdntl=${token({ seconds: -30 })}`],
  ['not yet, by a clock that is early', `/hdntl=${tokenFrom(30)}`],
  ['of this address', `/hdntl=${tokenOf(HOME)}`],
  ['of the next key', `/hdntl=${token({ key: NEXT })}`],
  ['with every field', `/hdntl=${tampered().whole}`],
  ['signed before it was percent-encoded', `/hdntl=${token({ acl: '/films/*' }).replaceAll('/', '%2F')}`],
  ...['HS256', 'ES256', 'RS256'].map((alg) => [`a JSON Web Token, ${alg}`, jwt(alg, { pairs })]),
  ['of several patterns', `/hdntl=${token({ acl: '%2Fshows%2F*!%2Ffilms%2F*' })}`],
];

const headers = { 'cf-connecting-ip': HOME };

/**
 * Nobody passes, and nothing was asked for it.
 * @param {{worker: any, cache: EdgeCache, storage: any}} here
 * @param {string[][]} tokens
 * @param {Record<string, string>} [as] headers of the viewer
 */
async function allRefused({ worker, cache, storage }, tokens, as = headers) {
  cache.taken();
  storage.calls.length = 0;
  const at = async (path, what, more = {}) => {
    const answer = await worker.get(path, { ...as, ...more });
    const { 'cache-control': kept, location } = answer.headers;
    const said = [answer.status, kept, location, answer.text];
    assert.deepEqual(said, [403, 'no-store', undefined, 'this is not open to you\n'], `${what}: ${path}`);
  };
  for (const [what, prefix] of tokens) {
    for (const path of [...MANIFESTS, ...parts, FILE]) await at(prefix + path, what);
    // Where it may stand elsewhere, it opens no more.
    const bare = prefix.slice(1);
    if (!bare || bare.includes('/')) continue;
    for (const path of [...MANIFESTS, FILE]) {
      await at(`${path}?${bare}`, `${what}, in the query`);
      await at(path, `${what}, in a cookie`, { cookie: bare });
    }
  }
  assert.deepEqual([cache.taken(), storage.calls], [[], []]);
}

/** Runs `use` with a Worker that has answered nothing, in front of a cache that holds nothing. */
async function withCache(vars, use) {
  const cache = await EdgeCache.start();
  try {
    await withWorker(folder, { cache, vars }, async (worker, storage) => {
      storage.put(FILE.slice(1), Buffer.from('a poster'));
      await use({ worker, storage, cache });
    });
  } finally {
    await cache.close();
  }
}

test('every wrong token is refused at every route, of a cold cache and of a warm one', () =>
  withCache(VARS, async (here) => {
    const { worker, cache } = here;
    await allRefused(here, wrong());
    const bytes = new Map();
    for (const path of [...MANIFESTS, ...parts, FILE]) {
      const answer = await worker.get(`/hdntl=${token()}${path}`, headers);
      assert.equal(answer.status, 200, `${path}: ${answer.text}`);
      assert.match(answer.headers['cache-control'], /^private, /, path);
      bytes.set(path, answer.body);
    }
    await eventually('all of them in the cache', () => cache.kept.size === MANIFESTS.length + parts.length);
    await allRefused(here, wrong());
    for (const [what, prefix] of right()) {
      for (const [path, body] of bytes) {
        const answer = await worker.get(prefix + path, headers);
        assert.ok(answer.status === 200 && answer.body.equals(body), `${what}: ${answer.status} at ${path}`);
      }
    }
    assert.equal(cache.kept.size, MANIFESTS.length + parts.length, 'one entry for all tokens');
  }));

test('a right token in the query or in a cookie leads manifests and files to its own address, and opens no fragment', () =>
  withCache(VARS, async ({ worker }) => {
    for (const [what, prefix] of right()) {
      const bare = prefix.slice(1);
      for (const [path, more] of [
        ...[...MANIFESTS, FILE].map((path) => [`${path}?${bare.replaceAll('+', '%2B')}`, {}]),
        ...[...MANIFESTS, FILE].map((path) => [path, { cookie: `theme=dark; ${bare}` }]),
      ]) {
        const sent = await worker.get(path, { ...headers, ...more });
        assert.deepEqual([sent.status, sent.headers['cache-control']], [302, 'no-store'], `${what}: ${path}`);
        assert.equal((await worker.get(sent.headers.location, headers)).status, 200, sent.headers.location);
      }
      for (const path of parts) {
        assert.equal((await worker.get(`${path}?${bare}`, headers)).status, 403, `${what}: ${path}`);
        assert.equal((await worker.get(path, { ...headers, cookie: bare })).status, 403, `${what}: ${path}`);
      }
    }
  }));

test('a token of one address opens that, and nothing else', () =>
  withCache(VARS, async ({ worker }) => {
    const [manifest] = MANIFESTS;
    const text = `exp=${inAnHour()}`;
    const [, hmac] = signed([text, `url=${manifest}`]).split('~hmac=');
    const prefix = `/hdntl=${text}~hmac=${hmac}`;
    assert.equal((await worker.get(prefix + manifest, headers)).status, 200);
    for (const path of [...MANIFESTS.slice(1), ...parts, FILE])
      assert.equal((await worker.get(prefix + path, headers)).status, 403, path);
  }));

test('a policy of a token and of addresses wants both; one of neither heeds no token', async () => {
  const both = JSON.stringify([{ prefix: 'films/', token: 'required', addresses: ['192.0.2.0/24'] }]);
  await withCache({ ...VARS, ACCESS: both }, async (here) => {
    await allRefused(here, right(), { 'cf-connecting-ip': ELSEWHERE });
    await allRefused(here, wrong());
    for (const path of [...MANIFESTS, ...parts, FILE])
      assert.equal((await here.worker.get(`/hdntl=${token()}${path}`, headers)).status, 200, path);
    await allRefused(here, right(), { 'cf-connecting-ip': ELSEWHERE });
    await allRefused(here, [['no address', `/hdntl=${token()}`]], {});
  });
  const open = JSON.stringify([{ prefix: 'films/' }, { prefix: '', token: 'required' }]);
  await withCache({ ...VARS, ACCESS: open }, async ({ worker }) => {
    const once = wrong().filter(([what]) => what !== 'twice');
    for (const [what, prefix] of once) {
      for (const path of [...MANIFESTS, ...parts, FILE])
        assert.equal((await worker.get(prefix + path, headers)).status, 200, `${what}: ${path}`);
    }
  });
});
