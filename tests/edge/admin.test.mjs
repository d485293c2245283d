// Indexes as resources, over wrangler's own KV and R2.
import assert from 'node:assert/strict';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { INDEXES, TOKEN, VARS, asOperator } from '../lib/admin.mjs';
import { BRIEF, LEVELS, briefFolder } from '../lib/brief.mjs';
import { indexes, millrace } from '../lib/cli.mjs';
import { beside } from '../lib/counted.mjs';
import { startEdge } from '../lib/edge.mjs';
import { replacement } from '../lib/replacement.mjs';

const ONE = `${INDEXES}/${BRIEF}`;
const SOURCE = beside(BRIEF, LEVELS[0].src);

let edge;
let ask;
let folder;
let made;

before(async () => {
  folder = await briefFolder();
  made = (await indexes(folder, [BRIEF])).get(`index/${BRIEF}`);
  edge = await startEdge(folder, { indexed: false, vars: VARS });
  ask = asOperator(edge);
});

after(() => edge?.close());

const listed = async () => JSON.parse((await ask('GET', INDEXES)).text).indexes;

test('built from storage, listed, shown, purged, and built again when it is asked for', async () => {
  assert.deepEqual(await listed(), []);
  assert.equal((await ask('GET', ONE)).status, 404);

  const built = await ask('PUT', ONE);
  assert.equal(built.status, 200, built.text);
  const { warnings, ...entry } = JSON.parse(built.text);
  assert.deepEqual(warnings, []);
  assert.equal(entry.presentation, BRIEF);
  assert.equal(entry.tracks, 3);
  assert.ok(Math.abs(entry.duration_ms - 10_000) < 100, built.text);
  assert.equal(
    entry.bytes,
    [...edge.files.values()].reduce((sum, { length }) => sum + length, 0),
  );
  assert.ok(Math.abs(Date.parse(entry.built_at) - Date.now()) < 60_000);
  assert.deepEqual(await listed(), [entry]);
  assert.ok(
    Buffer.from(await edge.INDEX.get(`index/${BRIEF}`, 'arrayBuffer')).equals(made),
    'the same bytes as the command line makes',
  );

  const shown = await ask('GET', ONE);
  assert.equal(JSON.parse(shown.text).generation, entry.generation);
  const manifest = await edge.get(`/${BRIEF}/Manifest`);
  assert.ok(manifest.text.includes(`Url="${entry.generation}/`));

  const purged = await ask('DELETE', ONE);
  assert.deepEqual(JSON.parse(purged.text), { presentation: BRIEF, index: 'forgotten', cache: 'none' });
  assert.deepEqual(await listed(), []);
  assert.equal((await ask('DELETE', ONE)).status, 200, 'again does no harm');
  assert.equal((await edge.get(`/${BRIEF}/Manifest`)).text, manifest.text);
});

test('shown as the command line shows it', async () => {
  await ask('PUT', ONE);
  const { code, stderr } = await millrace('index', path.join(folder, BRIEF), '--root', folder, '-o', `${folder}.index`);
  assert.equal(code, 0, stderr);
  const { stdout } = await millrace('show', '--json', `${folder}.index`);
  assert.deepEqual(JSON.parse((await ask('GET', ONE)).text), JSON.parse(stdout));
});

test('an index made elsewhere is taken while it is of what is in storage', async () => {
  await ask('DELETE', ONE);
  const taken = await ask('PUT', ONE, made);
  assert.equal(taken.status, 200, taken.text);
  assert.equal((await listed()).length, 1);
  assert.ok(Buffer.from(await edge.INDEX.get(`index/${BRIEF}`, 'arrayBuffer')).equals(made));

  for (const [body, said] of [
    [Buffer.from('what is this?'), /magic/],
    [made.subarray(0, -1), /corrupt/],
  ]) {
    const refused = await ask('PUT', ONE, body);
    assert.equal(refused.status, 400);
    assert.match(refused.text, said);
  }
  assert.equal((await ask('PUT', `${INDEXES}/films/other.ism`, made)).status, 409);
  assert.equal((await ask('PUT', ONE, Buffer.alloc((25 << 20) + 1))).status, 413);

  await edge.MEDIA.put(SOURCE, await replacement());
  const stale = await ask('PUT', ONE, made);
  assert.equal(stale.status, 409);
  assert.ok(JSON.parse(stale.text).detail.includes(SOURCE), stale.text);
  await edge.MEDIA.put(SOURCE, edge.files.get(SOURCE));
  assert.equal((await ask('PUT', ONE, made)).status, 200);
});

test('media that cannot be indexed: which file', async () => {
  await edge.MEDIA.put(SOURCE, Buffer.alloc(5000));
  const refused = await ask('PUT', ONE);
  await edge.MEDIA.put(SOURCE, edge.files.get(SOURCE));
  assert.equal(refused.status, 422);
  assert.equal(refused.headers['content-type'], 'application/problem+json');
  assert.ok(refused.text.includes(SOURCE), refused.text);
});

test('a list in parts, of names that need to be quoted too', async () => {
  const names = ['a b.ism', 'größe.ism', 'q?.ism', 'z%2e.ism'];
  for (const name of names) await edge.INDEX.put(`index/x/${name}`, made);
  const found = [];
  let cursor = '';
  do {
    const part = JSON.parse((await ask('GET', `${INDEXES}?limit=2${cursor}`)).text);
    assert.ok(part.indexes.length <= 2);
    found.push(...part.indexes.map(({ presentation }) => presentation));
    cursor = part.cursor && `&cursor=${encodeURIComponent(part.cursor)}`;
  } while (cursor);
  assert.deepEqual(found, [BRIEF, ...names.map((name) => `x/${name}`)]);
  for (const name of names) {
    const one = `${INDEXES}/x/${encodeURIComponent(name)}`;
    assert.equal((await ask('GET', one)).status, 200, name);
    assert.equal((await ask('DELETE', one)).status, 200, name);
  }
  assert.deepEqual(
    (await listed()).map(({ presentation }) => presentation),
    [BRIEF],
  );
});

test('how it is, for anybody', async () => {
  const { status, headers, text } = await edge.get('/_millrace/health');
  assert.equal(status, 200);
  assert.equal(headers['cache-control'], 'no-store');
  assert.deepEqual(Object.keys(JSON.parse(text)).sort(), ['format_version', 'version']);
});

test('pages of other hosts cannot read it, and the token is not said back', async () => {
  const answer = await edge.send('GET', INDEXES, { authorization: `Bearer ${TOKEN}x`, origin: 'https://evil.example' });
  assert.equal(answer.status, 401);
  assert.equal(answer.headers['access-control-allow-origin'], undefined);
  assert.ok(!answer.text.includes(TOKEN));
});
