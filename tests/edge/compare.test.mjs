// `millrace compare` of two deployments of the same files, in each protocol; and of manifests saved before.
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { BRIEF, briefFolder } from '../lib/brief.mjs';
import { millrace } from '../lib/cli.mjs';
import { startEdge } from '../lib/edge.mjs';

const MANIFESTS = { ismc: 'Manifest', m3u8: 'master.m3u8', mpd: 'manifest.mpd' };

/** A codec as it is told, and another. */
const CODECS = {
  ismc: ['FourCC="AACL"', 'FourCC="EC-3"'],
  m3u8: ['CODECS="avc1', 'CODECS="hvc1'],
  mpd: ['codecs="mp4a.40.2"', 'codecs="ec-3"'],
};

let edges;
let scratch;

before(async () => {
  const folder = await briefFolder();
  edges = [await startEdge(folder), await startEdge(folder, { indexed: false, vars: { MANIFEST: 'legacy' } })];
  scratch = await mkdtemp(path.join(os.tmpdir(), 'millrace-compare-'));
});

after(async () => {
  for (const edge of edges ?? []) await edge.close();
  if (scratch) await rm(scratch, { recursive: true });
});

const urlsOf = (manifest) => edges.map(({ url }) => new URL(`${BRIEF}/${manifest}`, url).href);
const compare = async (...args) => {
  const { code, stdout, stderr } = await millrace('compare', ...args, '--json');
  assert.notEqual(stdout, '', stderr);
  return { code, ...JSON.parse(stdout) };
};

for (const [extension, manifest] of Object.entries(MANIFESTS)) {
  test(`no difference between two deployments of the same files: ${manifest}`, async () => {
    const { code, fragments, differences } = await compare(...urlsOf(manifest), '--fragments', '8');
    assert.deepEqual({ code, fragments, differences }, { code: 0, fragments: 8, differences: [] });
  });

  test(`a saved ${extension} is held against what is told now`, async () => {
    const [old, now] = urlsOf(manifest);
    const text = await (await fetch(old)).text();
    const saved = path.join(scratch, `saved.${extension}`);
    await writeFile(saved, text);
    assert.deepEqual((await compare(saved, now)).differences, []);
    const [codec, other] = CODECS[extension];
    assert.ok(text.includes(codec), text);
    await writeFile(saved, text.replace(codec, other));
    const { code, differences } = await compare(saved, now);
    assert.equal(code, 1);
    assert.ok(
      differences.some(({ class: kind }) => kind === 'breaks'),
      JSON.stringify(differences),
    );
  });
}

test('two protocols are no pair', async () => {
  const [[smooth], [, dash]] = [urlsOf('Manifest'), urlsOf('manifest.mpd')];
  const { code, stderr } = await millrace('compare', smooth, dash);
  assert.equal(code, 1);
  assert.match(stderr, /Smooth Streaming, and NEW of DASH/);
});
