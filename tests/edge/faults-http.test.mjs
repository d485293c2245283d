// A web server that answers anything but what was asked for: never a byte of it, and well again after.
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { BRIEF, LEVELS, briefFolder, briefFragments, pathOf } from '../lib/brief.mjs';
import { readFolder } from '../lib/folder.mjs';
import { quiet } from '../lib/quiet.mjs';
import { Shelf } from '../lib/shelf.mjs';
import { Storage } from '../lib/storage.mjs';
import { startWorkerd } from '../lib/workerd.mjs';

const [LEVEL] = LEVELS;
const MANIFEST = `/${BRIEF}/Manifest`;
const NOUNS = { Fragments: 'bytes', FragmentInfo: 'moof', RawFragments: 'payload' };

const status = (status) => (answer) => ({ ...answer, status, headers: {}, body: Buffer.from('<Error/>') });
const headers = (change) => (answer) => ({ ...answer, headers: change(answer.headers) });
const onRanges = (spoil) => (answer) => (answer.status === 206 ? spoil(answer) : answer);
/** One byte less than asked for, and announced as that. */
const shorter = ({ status, headers, body }) => ({
  status,
  headers: { ...headers, 'content-length': body.length - 1 },
  body: body.subarray(1),
});
let answered = 0;

/**
 * Each with how many requests a fragment costs then.
 * @type {Record<string, [spoil: (answer: import('../lib/shelf.mjs').Answer) => import('../lib/shelf.mjs').Answer, requests: number | undefined]>}
 */
const FAULTS = {
  'answers 500': [status(500), 2],
  'answers 503': [status(503), 2],
  'answers 429': [status(429), 2],
  'answers 408': [status(408), 2],
  'answers 401': [status(401), 1],
  'answers 418': [status(418), 1],
  'sends one byte less, and says so': [onRanges(shorter), 1],
  'does not say how much it sends': [onRanges(headers(({ 'content-length': _, ...others }) => others)), 1],
  'does not say which range it sends': [onRanges(headers(({ 'content-range': _, ...others }) => others)), 1],
  'sends the whole file': [onRanges((answer) => ({ ...answer, status: 200 })), 1],
  'says that it is encoded': [headers((all) => ({ ...all, 'content-encoding': 'gzip' })), 1],
  'gives two tags': [headers((all) => ({ ...all, etag: '"a", "b"' })), undefined],
  'gives another tag to ranges': [onRanges(headers((all) => ({ ...all, etag: '"other"' }))), undefined],
  'gives another tag each time': [headers((all) => ({ ...all, etag: `"${++answered}"` })), undefined],
};

let files;
let fragment;

before(async () => {
  const folder = await briefFolder();
  files = await readFolder(folder);
  [fragment] = briefFragments(folder, LEVEL);
});

for (const [what, [spoil, requests]] of Object.entries(FAULTS)) {
  test(`a server that ${what}: 503, nothing kept, and well again after`, async () => {
    const shelf = await Shelf.start();
    shelf.files = files;
    const storage = await Storage.start();
    const worker = await startWorkerd(storage, { STORES: JSON.stringify([{ prefix: '', http: { url: shelf.url } }]) });
    const assertTrouble = async (path) => {
      const { status, headers, text } = await worker.get(path);
      assert.equal(status, 503, text.slice(0, 200));
      assert.equal(headers['cache-control'], 'no-store');
      assert.match(headers['retry-after'], /^[1-9]\d*$/);
      assert.doesNotMatch(text, /brief|127\.0\.0\.1|http/i);
    };
    try {
      shelf.spoil = spoil;
      await assertTrouble(MANIFEST);
      assert.equal(storage.values.size, 0);
      shelf.spoil = (answer) => answer;
      assert.equal((await worker.get(MANIFEST)).status, 200);
      await quiet(() => shelf.asked);
      for (const [noun, part] of Object.entries(NOUNS)) {
        shelf.spoil = spoil;
        shelf.asked = 0;
        await assertTrouble(pathOf(fragment, noun));
        if (requests !== undefined) assert.equal(shelf.asked, requests);
        shelf.spoil = (answer) => answer;
        const answer = await worker.get(pathOf(fragment, noun));
        assert.ok(answer.status === 200 && answer.body.equals(fragment[part]), `${noun}: ${answer.status}`);
      }
    } finally {
      await worker.close();
      await storage.close();
      await shelf.close();
    }
  });
}
