// The command line over libraries that lie elsewhere: S3, Azure Blob, Google Cloud Storage, a web server. What it
// makes of them is what a deployment over the same store takes, and it reads no more than the Worker would.
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import { TOKEN, VARS } from '../lib/admin.mjs';
import { BRIEF, LEVELS, briefFolder } from '../lib/brief.mjs';
import { start } from '../lib/cli.mjs';
import { beside, withWorker } from '../lib/counted.mjs';
import { startEdge } from '../lib/edge.mjs';
import { readFolder } from '../lib/folder.mjs';
import { ODD, STORES } from '../lib/library-stores.mjs';
import { replacement } from '../lib/replacement.mjs';
import { Spoiler } from '../lib/spoiler.mjs';

const SOURCE = beside(BRIEF, LEVELS[0].src);
const NAMES = [path.posix.basename(BRIEF), ...LEVELS.map(({ src }) => src)];

let files;
let newBytes;
/** What the Worker asks of its bucket to index the presentation. */
let workerReads;

before(async () => {
  const folder = await briefFolder();
  files = await readFolder(folder);
  newBytes = await replacement();
  await withWorker(folder, { indexed: false }, async (worker, storage) => {
    assert.equal((await worker.get(`/${BRIEF}/Manifest`)).status, 200);
    workerReads = storage.taken().filter(({ store, method }) => store === 'r2' && method === 'get');
  });
});

for (const [name, store] of Object.entries(STORES)) {
  describe(name, () => {
    let server;
    let spoiler;
    let edge;
    let to;
    let scratch;
    let env;
    let isReplaced = false;

    before(async () => {
      scratch = await mkdtemp(path.join(os.tmpdir(), 'millrace-elsewhere-'));
      server = await store.start();
      spoiler = await Spoiler.start(server.url);
      for (const [key, bytes] of files) {
        await server.put(key, bytes);
        await server.put(key === BRIEF ? ODD : beside(ODD, path.basename(key)), bytes);
      }
      const STORES = JSON.stringify([{ prefix: '', ...server.entry(server.url) }]);
      edge = await startEdge(scratch, { indexed: false, vars: { ...VARS, STORES, ...server.secrets } });
      to = new URL(edge.url).origin;
      env = { PATH: process.env.PATH, MILLRACE_TOKEN: TOKEN, ...store.env(spoiler.url, server.secrets) };
    });

    after(async () => {
      await edge?.close();
      await spoiler?.close();
      await server?.close();
      await rm(scratch, { recursive: true });
    });

    beforeEach(() => spoiler.taken());
    afterEach(async () => {
      spoiler.onRequest = () => undefined;
      if (isReplaced) await server.put(SOURCE, files.get(SOURCE));
      isReplaced = false;
    });

    const run = (args, others = {}) => start(args, { cwd: scratch, env: { ...env, ...others } });
    const library = () => store.library(spoiler.url);
    /** What keys are counted from, where it is not the top. */
    const keys = () => library().filter((one, at, all) => one.startsWith('--') || all[at - 1]?.startsWith('--'));
    const publish = (...args) => run(['publish', ...library(), '--to', to, ...args]).done;
    const at = (key) => store.at(spoiler.url, key);
    const replace = async () => {
      isReplaced = true;
      await server.put(SOURCE, newBytes);
    };
    const isSource = ({ path }) => decodeURIComponent(path).endsWith(SOURCE);

    test('publishes what it finds, and skips it the next time', async () => {
      const { code, stdout, stderr } = await publish();
      assert.equal(code, 0, stdout + stderr);
      assert.match(stdout, new RegExp(`^${BRIEF} +[0-9a-f]{16} +published$`, 'm'));
      if (store.others) {
        const others = await run(['publish', ...store.others(), '--to', to]).done;
        assert.equal(others.code, 0, others.stdout + others.stderr);
      }
      assert.deepEqual((await edge.INDEX.list({ prefix: 'index/' })).keys.map((key) => key.name).sort(), [
        `index/${BRIEF}`,
        `index/${ODD}`,
      ]);
      const again = await publish();
      assert.equal(again.code, 0, again.stdout + again.stderr);
      assert.equal(again.stdout.match(/unchanged$/gm)?.length, library().includes('--as') ? 1 : 2, again.stdout);
    });

    test('asks for exactly what the Worker would ask its bucket for, and for one version', async () => {
      const { code, stderr } = await run(['index', at(BRIEF), ...keys(), '-o', 'x.index']).done;
      assert.equal(code, 0, stderr);
      const passed = spoiler.taken();
      const named = (one) => decodeURIComponent(one.path).split('/').at(-1);
      assert.ok(passed.every(({ method }) => method === 'GET'));
      const starts = passed.filter(({ etag }) => etag === undefined).map(named);
      assert.deepEqual(starts.sort(), [...NAMES].sort(), 'the first read of each tells its version');
      const asked = passed.map((one) => `${named(one)} ${one.range}`);
      const expected = workerReads.map(
        ({ key, start, end }) => `${path.posix.basename(key)} bytes=${start}-${end - 1}`,
      );
      assert.deepEqual(asked.sort(), expected.sort());
      for (const { etag } of passed) assert.match(etag ?? '"any"', /^"[^"]+"$/);
      const taken = passed.reduce((sum, { bytes }) => sum + bytes, 0);
      const size = (key) => files.get(key).length;
      assert.equal(
        taken,
        workerReads.reduce((sum, { key, start, end }) => sum + Math.min(end, size(key)) - start, 0),
        'and no byte more',
      );
    });

    test('verifies an index, and a deployment', async () => {
      assert.equal((await publish()).code, 0);
      assert.equal((await run(['index', at(BRIEF), ...keys()]).done).code, 0);
      const beside = await readFile(path.join(scratch, BRIEF.replace('.ism', '.index')));
      assert.ok(beside.length > 0, 'it lies under its key');
      const right = await run(['verify', at(BRIEF), ...keys(), '--index', BRIEF.replace('.ism', '.index')]).done;
      assert.match(
        right.stdout,
        /: the index is right, 15 fragments verified, [1-9]\d* samples looked into\n$/,
        right.stderr,
      );
      const served = await run(['verify', `${to}/${BRIEF}/Manifest`, ...store.below(spoiler.url)]).done;
      assert.match(served.stdout, /the manifest and 15 of 15 fragments are right/, served.stderr);
    });

    test('a replaced file: published anew', async () => {
      await replace();
      const { code, stdout } = await publish();
      assert.equal(code, 0, stdout);
      assert.match(stdout, new RegExp(`^${BRIEF} .* published$`, 'm'));
      assert.doesNotMatch(stdout, /^odd-names.* published$/m);
    });

    test('a file that is replaced while it is read: said, and nothing of it published', async () => {
      await edge.INDEX.delete(`index/${BRIEF}`);
      spoiler.onRequest = async (request) => {
        // The first read of it is of whichever version is there.
        if (!isReplaced && request.etag && isSource(request)) await replace();
      };
      const { code, stdout, stderr } = await publish();
      assert.equal(code, 1);
      assert.match(stdout, new RegExp(`^${BRIEF} .*failed: .*${SOURCE} was replaced since it was indexed`, 'm'));
      assert.match(stderr, /1 of \d presentations? (is|are) not in place/);
      assert.equal(await edge.INDEX.get(`index/${BRIEF}`), null);
    });

    for (const [
      fault,
      what,
      says,
    ] of /** @type {[import('../lib/spoiler.mjs').Fault, what: string, says: RegExp][]} */ ([
      // Where ranges are signed, nobody can take them off on the way.
      ...(store.signs ? [] : [['whole', 'ignores ranges', /non-partial|Range request not supported/]]),
      ['elsewhere', 'sends another range', /Requested .* got/],
      ['weak', 'gives a weak entity tag', /entity tag is a weak one/],
      ['untagged', 'gives no entity tag', /ETag Header missing|no entity tag/],
    ])) {
      test(`a server that ${what}: said, with the file, and there is no index`, async () => {
        spoiler.onRequest = (request) => (isSource(request) && request.method === 'GET' ? fault : undefined);
        const { code, stdout, stderr } = await run(['index', at(BRIEF), ...keys(), '-o', 'faulty.index']).done;
        assert.equal(code, 1, stdout);
        assert.ok(stderr.includes(at(SOURCE)), stderr);
        assert.match(stderr, says);
        await assert.rejects(readFile(path.join(scratch, 'faulty.index')), { code: 'ENOENT' });
      });
    }

    test('Ctrl-C: what is done is done, nothing is half done, and the next run goes on', async () => {
      await edge.INDEX.delete(`index/${BRIEF}`);
      let isBegun;
      const begun = new Promise((resolve) => (isBegun = resolve));
      spoiler.onRequest = (request) => {
        if (!isSource(request) || request.method !== 'GET') return undefined;
        isBegun();
        return 'hang';
      };
      const { child, done } = run(['publish', ...library(), '--to', to]);
      await begun;
      child.kill('SIGINT');
      const { code, stdout, stderr } = await done;
      assert.equal(code, 130, stderr);
      assert.match(stdout, new RegExp(`^${BRIEF} +interrupted$`, 'm'));
      assert.match(stderr, /interrupted; run it again/);
      assert.equal(await edge.INDEX.get(`index/${BRIEF}`), null);

      spoiler.onRequest = () => undefined;
      const next = await publish();
      assert.equal(next.code, 0, next.stdout + next.stderr);
      assert.match(next.stdout, new RegExp(`^${BRIEF} .* published$`, 'm'));
    });

    if (store.isBucket) {
      test('purges by what lies there', async () => {
        const { code, stdout, stderr } = await run(['purge', at(BRIEF), ...keys(), '--to', to]).done;
        assert.equal(code, 0, stderr);
        assert.match(stdout, new RegExp(`^${BRIEF}: forgotten`));
      });

      test('nothing there: said', async () => {
        const { code, stderr } = await run(['publish', at('films/none/'), ...keys(), '--to', to]).done;
        assert.equal(code, 1);
        assert.ok(stderr.includes(`there is no .ism below ${at('films/none')}`), stderr);
        const missing = await run(['publish', at('films/none.ism'), ...keys(), '--to', to]).done;
        assert.equal(missing.code, 1);
        assert.match(missing.stdout, /^films\/none\.ism +failed: .* is not there$/m);
      });
    } else {
      test('it gives no list: said', async () => {
        const { code, stderr } = await run(['publish', `${spoiler.url}/media/films/`, '--to', to]).done;
        assert.equal(code, 1);
        assert.match(stderr, /a web server gives no list of files: name an \.ism/);
      });
    }

    if (store.signs) {
      test('no such bucket: said', async () => {
        const { code, stderr } = await run(['publish', at('films/').replace(/media|films/, 'nowhere'), '--to', to])
          .done;
        assert.equal(code, 1);
        assert.match(stderr, /there is no (bucket|container) of this name/);
      });

      test('wrong credentials: said where they come from, and none of them shown', async () => {
        for (const wrong of server.wrong) {
          const { code, stdout, stderr } = await run(
            ['publish', ...library(), '--to', to],
            store.env(spoiler.url, wrong),
          ).done;
          assert.equal(code, 1, stdout);
          assert.match(
            stderr,
            /refuses the credentials in the environment; `millrace help publish` names the variables/,
          );
          for (const secret of Object.values(wrong)) assert.ok(!stderr.includes(secret), stderr);
          assert.doesNotMatch(stderr, /sig=/);
        }
      });
    }

    if (name === 'S3') {
      test('files that were uploaded in parts: from here their tags cannot be told, from there they can', async () => {
        for (const [key, bytes] of files) await server.putInParts(`parts/${key}`, bytes);
        const folder = await briefFolder();
        const fromHere = await run(['publish', folder, '--as', 'parts', '--to', to]).done;
        assert.equal(fromHere.code, 1);
        assert.match(fromHere.stdout, new RegExp(`^parts/${BRIEF} +failed: .*parts/films/`, 'm'));
        const fromThere = await run(['publish', at('parts'), '--to', to]).done;
        assert.equal(fromThere.code, 0, fromThere.stdout + fromThere.stderr);
        assert.match(fromThere.stdout, new RegExp(`^parts/${BRIEF} +[0-9a-f]{16} +published$`, 'm'));
        const shown = JSON.parse((await run(['show', `${to}/parts/${BRIEF}`, '--json']).done).stdout);
        for (const { etag } of shown.sources) assert.match(etag, /^[0-9a-f]{32}-1$/);
      });

      test('nothing in the environment, or too little: said what', async () => {
        const open = (env) => start(['index', at(BRIEF)], { cwd: scratch, env }).done;
        const nobody = await open({ AWS_METADATA_ENDPOINT: 'http://127.0.0.1:9' });
        assert.equal(nobody.code, 1);
        assert.match(
          nobody.stderr,
          /no credentials in the environment, and this machine has no role; `millrace help publish`/,
        );
        const { AWS_ALLOW_HTTP, ...others } = env;
        assert.match((await open(others)).stderr, /AWS_ALLOW_HTTP=true .* allows an endpoint in the clear/);
        const azure = await start(['index', 'az://films/x.ism'], { cwd: scratch, env: {} }).done;
        assert.match(azure.stderr, /cannot open az:\/\/films: .*Account must be specified; `millrace help publish`/);
      });

      test('one job: one presentation after the other', async () => {
        const { code, stderr } = await run(['index', at(BRIEF), at(ODD), '--bulk', 'bulk.json', '--jobs', '1']).done;
        assert.equal(code, 0, stderr);
        const of = spoiler
          .taken()
          .filter(({ path }) => /\.(ism|ismv|isma)$/.test(path))
          .map(({ path }) => path.split('/')[2]);
        assert.deepEqual(
          of.filter((folder, at) => folder !== of[at - 1]),
          ['films', 'odd-names'],
        );
        const bulk = JSON.parse(await readFile(path.join(scratch, 'bulk.json'), 'utf8'));
        const indexes = bulk.map(({ key }) => key).filter((key) => key.startsWith('index/'));
        assert.deepEqual(indexes, [`index/${BRIEF}`, `index/${ODD}`]);
      });

      test('what lies below no root: said', async () => {
        const { code, stdout } = await run(['publish', at(BRIEF), '--root', 's3://media/vod', '--to', to]).done;
        assert.equal(code, 1);
        assert.match(stdout, /failed: .*films\/brief\.ism does not lie below the root s3:\/\/media\/vod$/m);
      });
    }
  });
}
