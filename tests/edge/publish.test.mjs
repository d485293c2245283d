// The command line against a running deployment: publish, list, show, verify, purge.
import assert from 'node:assert/strict';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { TOKEN, VARS } from '../lib/admin.mjs';
import { BRIEF, LEVELS, briefFolder } from '../lib/brief.mjs';
import { millrace } from '../lib/cli.mjs';
import { beside, withWorker } from '../lib/counted.mjs';
import { startEdge } from '../lib/edge.mjs';
import { replacement } from '../lib/replacement.mjs';

const SECOND = 'more/deep er/bríef.ism';
const SOURCE = beside(SECOND, LEVELS[0].src);

let library;
let edge;
let to;

before(async () => {
  library = await mkdtemp(path.join(os.tmpdir(), 'millrace-library-'));
  await cp(await briefFolder(), library, { recursive: true });
  await cp(path.join(library, 'films'), path.join(library, path.dirname(SECOND)), { recursive: true });
  await cp(path.join(library, BRIEF), path.join(library, SECOND));
  await rm(path.join(library, beside(SECOND, path.basename(BRIEF))));
  edge = await startEdge(library, { indexed: false, vars: VARS });
  to = new URL(edge.url).origin;
  process.env.MILLRACE_TOKEN = TOKEN;
});

after(async () => {
  delete process.env.MILLRACE_TOKEN;
  await edge?.close();
  await rm(library, { recursive: true });
});

const urlOf = (key) => `${to}/${key.split('/').map(encodeURIComponent).join('/')}`;
const stored = async () => (await edge.INDEX.list({ prefix: 'index/' })).keys.map(({ name }) => name);
const publish = (...args) => millrace('publish', library, '--to', to, ...args);

test('publishes a folder, and skips it the next time', async () => {
  const { code, stdout, stderr } = await publish();
  assert.equal(code, 0, stderr);
  for (const key of [BRIEF, SECOND]) assert.match(stdout, new RegExp(`^${key} +[0-9a-f]{16} +published$`, 'm'));
  assert.deepEqual(await stored(), [`index/${BRIEF}`, `index/${SECOND}`]);

  const again = await publish();
  assert.equal(again.code, 0, again.stderr);
  assert.equal(again.stdout.match(/unchanged$/gm)?.length, 2, again.stdout);
});

test('goes on where it was broken off, and past what fails', async () => {
  await edge.INDEX.delete(`index/${BRIEF}`);
  await edge.INDEX.delete(`index/${SECOND}`);
  await edge.MEDIA.put(SOURCE, await replacement());
  const broken = await publish('--jobs', '1');
  assert.equal(broken.code, 1, 'one is not in place');
  assert.match(broken.stdout, new RegExp(`^${BRIEF} .* published$`, 'm'));
  assert.match(broken.stdout, new RegExp(`^${SECOND} .*failed: .*${SOURCE}`, 'm'), 'and which file it is');
  assert.match(broken.stderr, /1 of 2/);

  await writeFile(path.join(library, SOURCE), await replacement());
  const mended = await publish();
  assert.equal(mended.code, 0, mended.stderr);
  assert.match(mended.stdout, new RegExp(`^${BRIEF} .* unchanged$`, 'm'));
  assert.match(mended.stdout, new RegExp(`^${SECOND} .* published$`, 'm'));
});

test('has the deployment index what cannot be told from here', async () => {
  await edge.INDEX.delete(`index/${BRIEF}`);
  const { code, stdout } = await millrace(
    'publish',
    path.join(library, BRIEF),
    '--root',
    library,
    '--to',
    to,
    '--from-storage',
  );
  assert.equal(code, 0);
  assert.match(stdout, new RegExp(`^${BRIEF} +[0-9a-f]{16} +published$`, 'm'));
});

test('lists', async () => {
  const { code, stdout } = await millrace('list', '--to', `${to}/`);
  assert.equal(code, 0);
  assert.match(stdout, new RegExp(`^${BRIEF} +[0-9a-f]{16} +3 +0:10 `, 'm'));
  const json = JSON.parse((await millrace('list', '--to', to, '--json')).stdout);
  assert.deepEqual(
    json.map(({ presentation }) => presentation),
    [BRIEF, SECOND],
  );
});

test('lists a part: by prefix, so many, and behind one', async () => {
  const names = async (...args) => {
    const { stdout, stderr } = await millrace('list', ...args, '--to', to, '--json');
    return { names: JSON.parse(stdout).map(({ presentation }) => presentation), stderr };
  };
  assert.deepEqual((await names('more/')).names, [SECOND]);
  assert.deepEqual((await names('nothing/')).names, []);
  const first = await names('--limit', '1');
  assert.deepEqual(first.names, [BRIEF]);
  assert.match(first.stderr, new RegExp(`^There are more: --after '${BRIEF}'$`, 'm'));
  assert.deepEqual(await names('--limit', '1', '--after', BRIEF), { names: [SECOND], stderr: '' });
});

test('a trial publishes nothing, and says what would be', async () => {
  await edge.INDEX.delete(`index/${BRIEF}`);
  const { code, stdout, stderr } = await publish('--dry-run', '--json');
  assert.equal(code, 0, stderr);
  const lines = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  assert.deepEqual(
    lines.map(({ presentation, outcome }) => [presentation, outcome]),
    [
      [BRIEF, 'would be published'],
      [SECOND, 'unchanged'],
    ],
  );
  assert.deepEqual(await stored(), [`index/${SECOND}`]);
  const quiet = await publish('-q');
  assert.deepEqual([quiet.code, quiet.stdout, quiet.stderr], [0, '', '']);
  assert.deepEqual(await stored(), [`index/${BRIEF}`, `index/${SECOND}`]);
});

test('what is in storage under another key: the way out', async () => {
  const elsewhere = await publish('--as', 'elsewhere');
  assert.equal(elsewhere.code, 1);
  assert.match(elsewhere.stdout, /not in storage: upload it, or have keys counted as they are there, by `--root`/);
});

test('shows what is published as it shows a file', async () => {
  const file = path.join(library, 'x.index');
  assert.equal((await millrace('index', path.join(library, SECOND), '--root', library, '-o', file)).code, 0);
  for (const json of [[], ['--json']]) {
    const { stdout, stderr } = await millrace('show', `${urlOf(SECOND)}/Manifest`, ...json);
    assert.equal(stdout, (await millrace('show', file, ...json)).stdout, stderr);
  }
});

test('verifies what is served against the files here', async () => {
  const verify = (key, ...args) => millrace('verify', `${urlOf(key)}/Manifest`, '--root', library, ...args);
  const right = await verify(SECOND, '--fragments', '1000');
  assert.equal(right.code, 0, right.stderr);
  assert.match(right.stdout, /the manifest and 15 of 15 fragments are right/);
  assert.match((await verify(BRIEF, '--fragments', '4')).stdout, / 4 of 15 /);

  const file = path.join(library, SOURCE);
  const bytes = await readFile(file);
  const spoilt = Buffer.from(bytes);
  spoilt[bytes.length >> 1] ^= 1;
  await writeFile(file, spoilt);
  const wrong = await verify(SECOND, '--fragments', '1000');
  await writeFile(file, bytes);
  assert.equal(wrong.code, 1);
  assert.match(wrong.stderr, /byte \d+ differs/);
});

test('purges', async () => {
  const { code, stdout, stderr } = await millrace(
    'purge',
    urlOf(SECOND),
    path.join(library, BRIEF),
    '--root',
    library,
    '--to',
    to,
  );
  assert.equal(code, 0, stderr);
  assert.match(stdout, new RegExp(`^${SECOND}: forgotten`, 'm'));
  assert.deepEqual(await stored(), []);
  const elsewhere = await millrace('purge', 'https://other.example/a.ism', '--to', to);
  assert.equal(elsewhere.code, 1);
  const nothing = await millrace('purge', urlOf(BRIEF), '--host', to);
  assert.equal(nothing.code, 0, nothing.stderr);
  assert.match(nothing.stdout, new RegExp(`^${BRIEF}: nothing there; there is no cache`));
  assert.equal((await publish()).code, 0);
  const trial = await millrace('purge', library, '--to', to, '--dry-run');
  assert.equal(trial.stdout, `${BRIEF}: would be forgotten\n${SECOND}: would be forgotten\n`, trial.stderr);
  assert.equal((await stored()).length, 2);
  assert.equal((await millrace('purge', library, '--to', to)).code, 0, 'what publish takes');
  assert.deepEqual(await stored(), []);
});

test('the token: from the environment or a file, never in the clear, never shown', async () => {
  const commands = [['publish', library], ['list'], ['purge', path.join(library, BRIEF)]].map((args) => [
    ...args,
    '--to',
    to,
  ]);
  for (const args of commands) {
    const wrong = await millrace(...args, '--token-env', 'PATH');
    assert.equal(wrong.code, 1);
    assert.match(wrong.stderr, /token is missing or wrong \(401\)/);
    const none = await millrace(...args, '--token-env', 'NO_SUCH_VARIABLE');
    assert.match(none.stderr, /NO_SUCH_VARIABLE/);
    assert.equal(none.code, 1);
  }
  const file = path.join(library, 'token');
  await writeFile(file, `${TOKEN}\n`);
  assert.equal((await millrace('list', '--to', to, '--token-file', file)).code, 0);
  const clear = await millrace('list', '--to', 'http://media.example');
  assert.match(clear.stderr, /in the clear/);
  assert.equal((await millrace('list', '--to', to, '--token', TOKEN)).code, 2, 'there is no such argument');
});

test('no deployment there: said at once', async () => {
  const { code, stderr } = await millrace('publish', library, '--to', 'http://127.0.0.1:9');
  assert.equal(code, 1);
  assert.match(stderr, /cannot reach http:\/\/127\.0\.0\.1:9/);
});

test('a deployment without a secret: said what it lacks', () =>
  withWorker(library, { indexed: false }, async ({ url }, storage) => {
    const { code, stderr } = await millrace('publish', library, '--to', url);
    assert.equal(code, 1);
    assert.match(stderr, /secret ADMIN_TOKEN/);
    assert.deepEqual(storage.taken(), []);
  }));

test('completions and man page', async () => {
  for (const shell of ['bash', 'zsh', 'fish']) {
    const { code, stdout } = await millrace('completions', shell);
    assert.equal(code, 0);
    assert.match(stdout, /publish/);
    assert.match(stdout, /-l as\b|--as\b/);
  }
  const { stdout } = await millrace('man');
  for (const word of [
    '.TH millrace',
    'publish',
    'token\\-file',
    'from\\-storage',
    '\\-\\-as',
    's3://BUCKET',
    'AZURE_STORAGE_SAS_TOKEN',
    '130  ended by Ctrl\\-C',
  ]) {
    assert.ok(stdout.includes(word), word);
  }
});
