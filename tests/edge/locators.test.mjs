// Addresses that begin with a GUID are answered as what they lead to, within their time and formats, and closed as it is.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { before, test } from 'node:test';
import { TOKEN, VARS, asOperator } from '../lib/admin.mjs';
import { BRIEF, LEVELS, briefFolder } from '../lib/brief.mjs';
import { EdgeCache } from '../lib/cache.mjs';
import { millrace } from '../lib/cli.mjs';
import { reads, withWorker } from '../lib/counted.mjs';

const GUID = '0f8fad5b-d9cb-469f-a165-70867728950e';
const [FOLDER, NAME] = BRIEF.split('/');
const FRAGMENT = `QualityLevels(${LEVELS[0].bitrate})/Fragments(video=0)`;
const KEY = `alias/${GUID}`;
const HOUR = 3_600_000;

let folder;

before(async () => {
  folder = await briefFolder();
});

const locator = (more = {}) => Buffer.from(JSON.stringify({ prefix: FOLDER, ...more }));
const at = (ms) => new Date(Date.now() + ms).toISOString();
const aliasReads = (storage) => reads(storage.taken(), 'kv').filter(({ key }) => key.startsWith('alias/'));

test('each spelling of an address of Azure is answered as what it leads to, and a warm one asks nothing for it', () =>
  withWorker(folder, {}, async (worker, storage) => {
    storage.values.set(KEY, locator());
    for (const file of [
      'manifest',
      'manifest(format=m3u8-aapl)',
      'manifest(format=mpd-time-csf,audio-only=false).mpd',
      '.m3u8',
      FRAGMENT,
      '',
    ]) {
      const expected = await worker.get(`/${BRIEF}/${file}`);
      for (const guid of [GUID, GUID.toUpperCase()]) {
        const answer = await worker.get(`/${guid}/${NAME}/${file}`);
        assert.equal(answer.status, expected.status, `${file}: ${answer.text}`);
        assert.ok(answer.body.equals(expected.body), file);
        for (const name of ['etag', 'cache-control', 'location'])
          assert.equal(answer.headers[name], expected.headers[name], `${file}: ${name}`);
        const tags = `${expected.headers['cache-tag']},${GUID}`;
        assert.equal(answer.headers['cache-tag'], tags, 'either of them purges it');
      }
    }
    assert.equal(aliasReads(storage).length, 1);
    const url = /Url="([^"]+)"/.exec((await worker.get(`/${GUID}/${NAME}/manifest`)).text)[1];
    const fragment = url.replace('{bitrate}', String(LEVELS[0].bitrate)).replace('{start time}', '0');
    assert.equal((await worker.get(`/${GUID}/${NAME}/${fragment}`)).status, 200);
    storage.taken();
    assert.equal((await worker.get(`/${GUID}/${NAME}/${fragment}`)).status, 200);
    assert.deepEqual(
      storage.taken().map(({ store }) => store),
      ['r2'],
      'a warm fragment is one read',
    );
  }));

test('a GUID without a locator is a folder, and nothing else is looked for', () =>
  withWorker(folder, {}, async (worker, storage) => {
    for (let time = 0; time < 2; time += 1) {
      assert.equal((await worker.get(`/${GUID}/${NAME}/manifest`)).status, 404);
    }
    assert.equal(aliasReads(storage).length, 1);
    for (const other of [`/asset-${GUID}/${NAME}/manifest`, `/${GUID.slice(1)}/${NAME}/manifest`, `/${BRIEF}/manifest`])
      await worker.get(other);
    assert.deepEqual(aliasReads(storage), []);
  }));

test('before its start and after its end it is 404, in a format that is not listed 403, and no cache in front has it', () =>
  withWorker(folder, {}, async (worker, storage) => {
    const names = ['00', '01', '02', '03', '04'].map((end) => GUID.slice(0, -2) + end);
    const [early, late, now, hls, broken] = names;
    storage.values.set(`alias/${early}`, locator({ start: at(HOUR) }));
    storage.values.set(`alias/${late}`, locator({ end: at(-HOUR) }));
    storage.values.set(`alias/${now}`, locator({ start: at(-HOUR), end: at(HOUR) }));
    storage.values.set(`alias/${hls}`, locator({ formats: ['hls'] }));
    storage.values.set(`alias/${broken}`, Buffer.from('{"prefix": 1}'));
    for (let time = 0; time < 2; time += 1) {
      for (const [name, file, status] of /** @type {[string, string, number][]} */ ([
        [early, 'manifest', 404],
        [late, FRAGMENT, 404],
        [now, 'manifest', 200],
        [now, FRAGMENT, 200],
        [hls, 'manifest(format=m3u8-aapl)', 200],
        [hls, 'manifest', 403],
        [hls, FRAGMENT, 403],
        [hls, 'manifest.mpd', 403],
        [broken, 'manifest', 502],
      ])) {
        const answer = await worker.get(`/${name}/${NAME}/${file}`);
        assert.equal(answer.status, status, `${name} ${file}: ${answer.text}`);
        if (status === 200) assert.match(answer.headers['cache-control'], /^private, max-age=/);
        else assert.ok(answer.text.length > 20, file);
      }
    }
  }));

test('it leads past no policy, and no warm cache answers for it', async () => {
  const cache = await EdgeCache.start();
  const vars = { ACCESS: JSON.stringify([{ prefix: `${FOLDER}/`, countries: ['DE'] }]) };
  try {
    await withWorker(folder, { cache, vars }, async (worker, storage) => {
      storage.values.set(KEY, locator());
      for (const file of ['manifest', FRAGMENT, 'manifest']) {
        const answer = await worker.get(`/${GUID}/${NAME}/${file}`);
        assert.equal(answer.status, 403, file);
        assert.equal(answer.headers['cache-control'], 'no-store');
      }
      assert.equal(cache.kept.size, 0);
    });
    await withWorker(folder, { cache }, async (worker, storage) => {
      storage.values.set(KEY, locator({ end: at(HOUR) }));
      await worker.get(`/${BRIEF}/manifest`);
      const late = GUID.replace('0', '1');
      storage.values.set(`alias/${late}`, locator({ end: at(-HOUR) }));
      for (let time = 0; time < 2; time += 1) {
        assert.equal((await worker.get(`/${GUID}/${NAME}/manifest`)).status, 200);
        assert.equal((await worker.get(`/${late}/${NAME}/manifest`)).status, 404);
      }
      assert.deepEqual([...new Set([...cache.kept.keys()])], [new URL(`/${BRIEF}/Manifest`, worker.url).href]);
    });
  } finally {
    await cache.close();
  }
});

test('one that cannot be read is 502, looked up and logged once, until it is replaced', () =>
  withWorker(folder, { vars: VARS }, async (worker, storage) => {
    storage.values.set(KEY, Buffer.from('{"prefix": 1}'));
    for (const file of ['manifest', 'manifest', FRAGMENT, 'master.m3u8']) {
      const { status, text, headers } = await worker.get(`/${GUID}/${NAME}/${file}`);
      assert.equal(status, 502, text);
      assert.match(headers['cache-control'], /^public, max-age=5\b|no-store/);
    }
    assert.equal(aliasReads(storage).length, 1);
    assert.equal(worker.logged().split(`the stored locator ${GUID} is invalid`).length - 1, 1, worker.logged());
    const put = await asOperator(worker)('PUT', `/_millrace/locators/${GUID}`, locator());
    assert.ok(put.status < 300, put.text);
    assert.equal((await worker.get(`/${GUID}/${NAME}/manifest`)).status, 200);
  }));

test('the command line stores a table of them, lists and removes them', () =>
  withWorker(folder, { vars: VARS }, async (worker, storage) => {
    const scratch = await mkdtemp(path.join(tmpdir(), 'locators-'));
    const [table, token] = ['locators.csv', 'token'].map((name) => path.join(scratch, name));
    writeFileSync(token, TOKEN);
    const other = GUID.replace('0', '1');
    writeFileSync(
      table,
      `id,prefix,start,end,formats\n${GUID.toUpperCase()},${FOLDER}/,,,\n${other},"a, b",,2027-01-01T00:00:00Z,hls dash\n`,
    );
    const run = async (...args) => {
      const { code, stdout, stderr } = await millrace('alias', ...args, '--to', worker.url, '--token-file', token);
      assert.equal(code, 0, stderr);
      return stdout;
    };
    await run('put', table);
    assert.deepEqual(JSON.parse(String(storage.values.get(`alias/${other}`))), {
      prefix: 'a, b',
      end: '2027-01-01T00:00:00Z',
      formats: ['hls', 'dash'],
    });
    assert.equal((await worker.get(`/${GUID}/${NAME}/manifest`)).status, 200);
    assert.equal(JSON.parse(await run('list', '--json')).length, 2);
    await run('remove', GUID);
    assert.ok(!storage.values.has(KEY));
    assert.equal((await worker.get(`/${GUID}/${NAME}/manifest`)).status, 404, 'at once, where it was removed');
    assert.equal((await asOperator(worker)('GET', `/_millrace/locators/${other}`)).status, 200);
  }));
