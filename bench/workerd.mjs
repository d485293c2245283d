// Runs a Worker in bare workerd. wrangler and its simulators would cost more than what is measured here.
import { copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import workerd from 'workerd';
import { local } from '../scripts/lib/project.mjs';
import { start } from '../scripts/lib/run.mjs';
import { ScriptError } from '../scripts/lib/errors.mjs';

/** @typedef {[name: string, kind: 'esModule' | 'wasm', file: string]} Module of a Worker */

/**
 * The modules of a Worker as `npm run build` leaves them in a folder.
 * @param {string} folder
 * @returns {Module[]}
 */
export const built = (folder) => [
  ['index.js', 'esModule', path.join(folder, 'index.js')],
  ['./index_bg.wasm', 'wasm', path.join(folder, 'index_bg.wasm')],
];

/**
 * Serves a Worker; KV, R2 and the Cache API are the HTTP service at `store`, the last that at `cache` if there is one.
 * @param {string} name of the Worker, for people
 * @param {Module[]} modules the entry point first
 * @param {{store: number, cache?: number, port: number, vars?: Record<string, string>, scratch?: string}} options `port` 0 for any
 *   that is free, and the name of a scratch folder where several Workers of one name are served at once
 * @returns {Promise<{name: string, child: import('node:child_process').ChildProcess, pid: number, origin: string}>}
 */
export async function serve(name, modules, { store, cache = store, port, vars = {}, scratch = name }) {
  const folder = local('target/bench', scratch);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  for (const [module, , file] of modules) await copyFile(file, path.join(folder, module));
  const config = path.join(folder, 'config.capnp');
  await writeFile(config, configuration(modules, await compatibilityDate(), { store, cache, port, vars }));

  const child = start(workerd.default, ['serve', '--control-fd=3', config], {
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text) => (said += text));
  const listening = await new Promise((resolve, reject) => {
    child.stdio[3].once('data', (line) => resolve(JSON.parse(String(line))));
    child.once('error', reject);
    child.once('close', () => reject(new ScriptError(`workerd would not serve ${name}.`, { output: said })));
  });
  return { name, child, pid: child.pid, origin: `http://127.0.0.1:${listening.port}` };
}

function configuration(modules, date, { store, cache, port, vars }) {
  const text = Object.entries(vars).map(([name, value]) => `(name = "${name}", text = ${JSON.stringify(value)})`);
  const list = modules.map(([name, kind]) => `(name = "${name}", ${kind} = embed "${path.basename(name)}")`);
  return `using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [
    (name = "worker", worker = .worker),
    (name = "store", external = (address = "127.0.0.1:${store}", http = ())),
    (name = "cache", external = (address = "127.0.0.1:${cache}", http = ())),
    (name = "internet", network = (allow = ["private"])),
  ],
  sockets = [(name = "http", address = "127.0.0.1:${port}", http = (), service = "worker")],
);

const worker :Workerd.Worker = (
  modules = [${list.join(', ')}],
  compatibilityDate = "${date}",
  cacheApiOutbound = "cache",
  bindings = [
    (name = "INDEX", kvNamespace = "store"),
    (name = "MEDIA", r2Bucket = "store")${text.map((each) => `,\n    ${each}`).join('')}
  ],
);
`;
}

/** The one that the Worker is deployed with. */
async function compatibilityDate() {
  const [, date] = /^compatibility_date = "(.+)"/m.exec(await readFile(local('wrangler.toml'), 'utf8'));
  return date;
}
