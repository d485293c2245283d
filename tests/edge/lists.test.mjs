// Archives in stores behind HTTP: folders are listed, and a list is read as far as one can be long.
import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { FMP4, archiveFolder } from '../lib/archive.mjs';
import { startAzure } from '../lib/azurite.mjs';
import { start as run } from '../lib/cli.mjs';
import { readFolder } from '../lib/folder.mjs';
import { startS3 } from '../lib/moto.mjs';
import { STORES } from '../lib/library-stores.mjs';
import { Spoiler } from '../lib/spoiler.mjs';
import { Storage } from '../lib/storage.mjs';
import { startWorkerd } from '../lib/workerd.mjs';

/** All that is taken of a list (`MAX_LIST_LENGTH`), and what may be on its way by then. */
const MOST_TAKEN = 1000 * 4096 + (8 << 20);
const FRAGMENT = `/${FMP4}/QualityLevels(400000)/Fragments(video=20000000)`;

let files;

before(async () => {
  files = await readFolder(await archiveFolder());
});

for (const [name, start] of /** @type {[name: string, start: () => Promise<import('../lib/server.mjs').Store>][]} */ ([
  ['S3', startS3],
  ['Azure Blob', () => startAzure('sas')],
])) {
  describe(name, () => {
    /** A Worker that knows of nothing but this server. */
    async function withWorker(use) {
      const server = await start();
      const spoiler = await Spoiler.start(server.url);
      const storage = await Storage.start();
      const stores = JSON.stringify([{ prefix: '', ...server.entry(spoiler.url) }]);
      const worker = await startWorkerd(storage, { STORES: stores, ...server.secrets });
      try {
        for (const [key, bytes] of files) await server.put(key, bytes);
        await use(worker, spoiler);
      } finally {
        await worker.close();
        await storage.close();
        await spoiler.close();
        await server.close();
      }
    }

    test('a folder plays, and a list of it without end is 503 and left', () =>
      withWorker(async (worker, spoiler) => {
        // Objects are read range by range.
        const isList = ({ method, range }) => method === 'GET' && range === undefined;
        spoiler.onRequest = (request) => (isList(request) ? 'endless' : undefined);
        const answer = await worker.get(FRAGMENT);
        assert.equal(answer.status, 503, answer.text);
        assert.match(worker.logged(), /list of it has more than 4096000 bytes at once/);
        const lists = spoiler.taken().filter(isList);
        assert.equal(lists.length, 3, 'one of each folder, and none again');
        for (const { bytes } of lists) assert.ok(bytes < MOST_TAKEN, `${bytes} bytes`);
        spoiler.onRequest = () => undefined;
        const well = await worker.get(FRAGMENT);
        assert.equal(well.status, 200, well.text);
        assert.ok(well.body.equals(files.get('films/fmp4_pictures/20000000')));
        assert.equal(spoiler.taken().filter(isList).length, 3);
      }));
  });
}

for (const name of ['S3', 'Azure Blob by a shared key', 'Google Cloud Storage']) {
  test(`${name}: the command line takes all parts of a list`, async () => {
    const { start, env, at, below } = STORES[name];
    const server = await start();
    try {
      for (const [key, bytes] of files) await server.put(key, bytes);
      // In the order of names these are before all chunks.
      const others = Array.from({ length: 1005 }, (_, at) => `films/fmp4_pictures/!${at + 1000}`);
      const bytes = Buffer.from('x');
      if (server.putAll) await server.putAll(others, bytes);
      // No more at once than a slow machine's server takes.
      else
        for (let at = 0; at < others.length; at += 50)
          await Promise.all(others.slice(at, at + 50).map((other) => server.put(other, bytes)));
      const variables = { env: { ...process.env, ...env(server.url, server.secrets) } };
      const named = ['audit', at(server.url, FMP4), ...below(server.url)];
      const { code, stderr, stdout } = await run(named, variables).done;
      assert.equal(code, 0, stderr + stdout);
    } finally {
      await server.close();
    }
  });
}
