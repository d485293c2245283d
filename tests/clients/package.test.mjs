// The package on a machine with Node alone: unpacked in an empty folder, with a PATH that has no Rust, it serves a folder
// and rehearses a deployment.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { run } from '../../scripts/lib/run.mjs';
import { makePackage } from '../../scripts/package.mjs';
import { readFolder } from '../lib/folder.mjs';
import { request } from '../lib/http.mjs';
import { PROGRESSIVE, progressiveFolder } from '../lib/progressive.mjs';
import { freePort } from '../lib/server.mjs';
import { walk } from '../lib/walk.mjs';

/** What is there: Node with npm, and what npm calls. */
const PROGRAMS = ['sh', 'tar', 'gzip', 'env'];
/** How npm reaches its registry from here: where it asks, and whom it trusts. Without these it tries for minutes before its cache will do. */
const NETWORK = ['npm_config_registry', 'npm_config_cafile', 'NODE_EXTRA_CA_CERTS', 'HTTPS_PROXY', 'NO_PROXY'];
const MOST_BYTES = 4e6;

test('unpacked where there is Node alone, it serves a folder and can be deployed', async () => {
  const scratch = await mkdtemp(path.join(os.tmpdir(), 'millrace-package-'));
  const bin = path.join(scratch, 'bin');
  await mkdir(bin);
  const find = async (name) => (await run('sh', ['-c', `command -v ${name}`])).trim();
  for (const name of PROGRAMS) await symlink(await find(name), path.join(bin, name));
  for (const name of ['npm', 'npx']) await symlink(await find(name), path.join(bin, name));
  await symlink(process.execPath, path.join(bin, 'node'));
  const port = await freePort();
  const kept = ['HOME', ...NETWORK].filter((name) => process.env[name]).map((name) => [name, process.env[name]]);
  const env = { ...Object.fromEntries(kept), PATH: bin, PORT: String(port) };
  let child;
  try {
    const file = await makePackage();
    assert.ok((await readFile(file)).length < MOST_BYTES);
    await run('tar', ['-xzf', file, '-C', scratch]);
    const home = path.join(scratch, path.basename(file, '.tgz'));
    const media = path.join(scratch, 'media');
    await cp(await progressiveFolder(), media, { recursive: true });

    child = spawn(path.join(bin, 'npm'), ['start', '--', '--media', media], { cwd: home, env, detached: true });
    let said = '';
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (said += text));
    const ended = new Promise((resolve) => child.once('close', resolve));
    while (!said.includes('Ctrl-C stops')) {
      const over = await Promise.race([ended.then(() => true), new Promise((resolve) => setTimeout(resolve, 100))]);
      assert.ok(!over, said);
    }
    const get = (at) => request(`http://127.0.0.1:${port}`, at, { patienceMs: 60_000 });
    const { faults, counts } = await walk(get, PROGRESSIVE, (await readFolder(media)).values());
    assert.deepEqual(faults, []);
    assert.ok(counts.manifest === 3 && counts.fragment > 0, JSON.stringify(counts));
    assert.match((await get('/')).text, /<title>/);
    process.kill(-child.pid);
    await ended;

    const rehearsed = await new Promise((resolve) => {
      const args = ['wrangler', 'deploy', '--dry-run', '--env', 'production'];
      const dry = spawn(path.join(bin, 'npx'), args, { cwd: home, env });
      let text = '';
      for (const stream of [dry.stdout, dry.stderr]) stream.setEncoding('utf8').on('data', (part) => (text += part));
      dry.once('close', (code) => resolve({ code, text }));
    });
    assert.equal(rehearsed.code, 0, rehearsed.text);
    assert.match(rehearsed.text, /millrace-media/);
  } finally {
    if (child && child.exitCode === null && child.signalCode === null) process.kill(-child.pid);
    await rm(scratch, { recursive: true, force: true });
  }
});
