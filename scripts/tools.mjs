// Installs tools from Rust source into target/tools: built once by Cargo, at pinned versions.
import { existsSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { CARGO_ENV, cargoProgress, isCargoNoise } from './lib/cargo.mjs';
import { TOOLS, isMain, local } from './lib/project.mjs';
import { run } from './lib/run.mjs';
import { step } from './lib/step.mjs';
import { ScriptError, runMain } from './lib/errors.mjs';

/** Where an installed tool lies. */
export const tool = (name) => path.join(TOOLS, 'bin', name);

/** What builds the Worker: the wasm-bindgen that fits, as Cargo.lock has it. */
export async function installWorkerTools() {
  const lock = await readFile(local('Cargo.lock'), 'utf8');
  await install('Building wasm-bindgen (once)', [`wasm-bindgen-cli@${locked(lock, 'wasm-bindgen')}`]);
}

/** What checks licences, sources and advisories of the dependencies. */
export const installDeny = () => install('Building cargo-deny (once)', ['cargo-deny@0.20.2']);

function locked(lock, name) {
  const [, version] = new RegExp(`^name = "${name}"\\nversion = "([^"]+)"`, 'm').exec(lock) ?? [];
  if (!version) throw new ScriptError(`Cargo.lock does not name a version of ${name}.`);
  return version;
}

/**
 * Installs what is missing. Debug builds: the tools run for seconds, and compile in half the time.
 * @param {string} title
 * @param {string[]} wanted `name@version`
 */
async function install(title, wanted) {
  const record = await readFile(path.join(TOOLS, '.crates.toml'), 'utf8').catch(() => '');
  const missing = wanted.filter((one) => !isInstalled(record, one));
  if (missing.length === 0) return;
  const scratch = path.join(TOOLS, 'build');
  const args = ['install', '--locked', '--debug', '--root', TOOLS, ...missing];
  await step(title, (report) =>
    run('cargo', args, {
      title: `cargo install ${missing.join(' ')}`,
      onLine: cargoProgress(report),
      isNoise: isCargoNoise,
      hint: 'If it could not download: is there a connection to the crates registry? If it could not compile: see the first `error` above.',
      env: { ...CARGO_ENV, CARGO_TARGET_DIR: scratch, CARGO_PROFILE_DEV_DEBUG: '0' },
    }),
  );
  await rm(scratch, { recursive: true, force: true });
}

/** Reads Cargo's own record: `"wasm-bindgen-cli 0.2.129 (registry+…)" = ["wasm-bindgen", …]` */
function isInstalled(record, wanted) {
  const [, , rest] = record.split(new RegExp(`^"(${wanted.replace('@', ' ')}) `, 'm'));
  const names = [
    ...(rest?.split(']')[0] ?? '')
      .split('= [')
      .at(-1)
      .matchAll(/"([^"]+)"/g),
  ];
  return names.length > 0 && names.every(([, name]) => existsSync(tool(name)));
}

if (isMain(import.meta)) await runMain(installWorkerTools);
