// Every kind of store held to what every store does, by the lists of tests/contract: those of the Worker within workerd,
// by a Worker that is built for it, and those of the command line by the test of src/cli/contract.rs.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { CARGO_ENV } from '../../scripts/lib/cargo.mjs';
import { local } from '../../scripts/lib/project.mjs';
import { startAzure } from '../lib/azurite.mjs';
import { startDesk } from '../lib/desk.mjs';
import { startEdge } from '../lib/edge.mjs';
import { startGcs } from '../lib/gcs.mjs';
import { request } from '../lib/http.mjs';
import { startS3 } from '../lib/moto.mjs';
import { startNginx } from '../lib/nginx.mjs';
import { Sparse } from '../lib/sparse.mjs';
import { Storage } from '../lib/storage.mjs';
import { startWorkerd } from '../lib/workerd.mjs';

const BUILT = 'target/contract';
const PATIENCE_MS = 60_000;
/** How many behaviours each list has, at least. */
const LEAST = { objects: 15, indexes: 14, far: 1 };
/** Beyond what 32 bits can tell. */
const FAR = 5 * 2 ** 30 + 7;

/** What a Worker says of its stores. */
async function assertKept({ url }, list) {
  const { status, text } = await request(url, `/contract/${list}`, { patienceMs: PATIENCE_MS });
  assert.equal(status, 200, text);
  const { kept, broken } = JSON.parse(text);
  assert.deepEqual(broken, []);
  assert.ok(kept.length >= LEAST[list], `only ${kept.length} were held`);
}

/** Bytes as `pattern` of tests/contract/objects.rs makes them. */
function pattern(length) {
  let state = 1;
  return Uint8Array.from({ length }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state >>> 24;
  });
}

test("wrangler's own R2 and KV", async () => {
  let edge;
  const desk = await startDesk({
    put: (key, bytes) => edge.MEDIA.put(key, bytes),
    remove: (key) => edge.MEDIA.delete(key),
  });
  try {
    edge = await startEdge(undefined, { built: BUILT, vars: { DESK: desk.url } });
    await assertKept(edge, 'objects');
    await assertKept(edge, 'indexes');
  } finally {
    await edge?.close();
    await desk.close();
  }
});

test('the R2 and KV that other tests count calls of', async () => {
  const storage = await Storage.start();
  // Another version each time, as R2 has it.
  let version = 0;
  const desk = await startDesk({
    put: (key, bytes) => storage.put(key, bytes, `v${++version}`),
    remove: (key) => storage.objects.delete(key),
  });
  const worker = await startWorkerd(storage, { DESK: desk.url, FAR: String(FAR) }, undefined, { built: BUILT });
  try {
    await assertKept(worker, 'objects');
    await assertKept(worker, 'indexes');
    storage.put('contract/far.mp4', new Sparse([{ at: FAR, bytes: Buffer.from(pattern(5000)) }]), 'far');
    await assertKept(worker, 'far');
  } finally {
    await worker.close();
    await desk.close();
    await storage.close();
  }
});

const azure = (url) => ({
  AZURE_STORAGE_ENDPOINT: `${url}/devstoreaccount1`,
  AZURE_ALLOW_HTTP: 'true',
  AZURE_STORAGE_ACCOUNT_NAME: 'devstoreaccount1',
  CONTRACT_PLACE: 'az://contract',
  CONTRACT_PREFIX: 'contract',
});

/**
 * Each with what the command line has to be told of it.
 * @type {Record<string, [start: () => Promise<import('../lib/server.mjs').Store>, environment: (url: string, secrets: Record<string, string>) => Record<string, string>]>}
 */
const SERVERS = {
  S3: [
    startS3,
    (url, { S3_ID, S3_KEY }) => ({
      AWS_ENDPOINT: url,
      AWS_ALLOW_HTTP: 'true',
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: S3_ID,
      AWS_SECRET_ACCESS_KEY: S3_KEY,
      CONTRACT_PLACE: 's3://media',
    }),
  ],
  'Azure Blob by a shared key': [
    () => startAzure('key'),
    (url, { AZURE }) => ({ ...azure(url), AZURE_STORAGE_ACCOUNT_KEY: AZURE }),
  ],
  'Azure Blob by a shared access signature': [
    () => startAzure('sas'),
    (url, { AZURE }) => ({ ...azure(url), AZURE_STORAGE_SAS_TOKEN: AZURE }),
  ],
  'Google Cloud Storage': [
    startGcs,
    (url) => ({ GOOGLE_BASE_URL: url, GOOGLE_SKIP_SIGNATURE: 'true', CONTRACT_PLACE: 'gs://media' }),
  ],
  'a web server': [startNginx, (url) => ({ CONTRACT_PLACE: `${url}/media` })],
};

for (const [name, [start, environment]] of Object.entries(SERVERS)) {
  test(name, async () => {
    const server = await start();
    const desk = await startDesk(server);
    const storage = await Storage.start();
    const stores = JSON.stringify([{ prefix: '', ...server.entry(server.url) }]);
    const worker = await startWorkerd(
      storage,
      { STORES: stores, DESK: desk.url, FAR: String(FAR), ...server.secrets },
      undefined,
      { built: BUILT },
    );
    try {
      await assertKept(worker, 'objects');
      if (server.putFar) {
        await server.putFar('contract/far.mp4', FAR, pattern(5000));
        await assertKept(worker, 'far');
      }
      await commandLine({ ...environment(server.url, server.secrets), CONTRACT_DESK: desk.url });
    } finally {
      await worker.close();
      await storage.close();
      await desk.close();
      await server.close();
    }
  });
}

const run = promisify(execFile);
let built;

/** Runs the command line's own test over the place that the environment names. */
async function commandLine(env) {
  built ??= run('cargo', ['test', '--locked', '--bin', 'millrace', '--no-run', '--message-format=json'], {
    cwd: local(),
    env: { ...process.env, ...CARGO_ENV },
    maxBuffer: 1 << 26,
  });
  const messages = (await built).stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  const { executable } = messages.find(
    ({ executable, target }) => executable && target.name === 'millrace' && target.kind.includes('bin'),
  );
  const { stdout } = await run(executable, ['--exact', 'cli::contract::a_place_does_what_every_store_does'], {
    env: { PATH: process.env.PATH, ...env },
  }).catch((failed) => failed);
  assert.match(stdout, /1 passed/, stdout);
}
