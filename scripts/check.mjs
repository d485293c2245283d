// `npm run check`: format, lints, types, documentation and dependencies. Nothing of the project is run.
import path from 'node:path';
import { installAllPackages } from './install.mjs';
import { CARGO_ENV, cargoProgress, isCargoNoise } from './lib/cargo.mjs';
import { isMain, local } from './lib/project.mjs';
import { run } from './lib/run.mjs';
import { step } from './lib/step.mjs';
import { ScriptError, printError, runMain } from './lib/errors.mjs';
import { diagrams } from './diagrams.mjs';
import { plots } from './plots.mjs';
import { checkPrerequisites } from './prerequisites.mjs';
import { installDeny, tool } from './tools.mjs';

const WASM = ['--target', 'wasm32-unknown-unknown', '--lib'];
const DOCS = { RUSTDOCFLAGS: '-D warnings' };
const MEND = 'Mend it with: npm run format';

/** @type {{title: string, args: string[], env?: Record<string, string>, hint?: string}[]} */
const RUST = [
  { title: 'Format, Rust', args: ['fmt', '--check'], hint: MEND },
  { title: 'Lints, native', args: ['clippy', '--locked', '--all-targets', '--', '-D', 'warnings'] },
  { title: 'Lints, Worker', args: ['clippy', '--locked', ...WASM, '--', '-D', 'warnings'] },
  {
    title: 'Lints, Worker with its contract',
    args: ['clippy', '--locked', ...WASM, '--features', 'contract', '--', '-D', 'warnings'],
  },
  {
    title: 'Lints, what explains files',
    args: ['clippy', '--locked', ...WASM, '--features', 'explain', '--', '-D', 'warnings'],
  },
  { title: 'Docs, native', args: ['doc', '--locked', '--no-deps'], env: DOCS },
  { title: 'Docs, Worker', args: ['doc', '--locked', '--no-deps', ...WASM], env: DOCS },
];

/** @type {Record<string, () => Promise<unknown>>} */
const OTHERS = {
  'Format and lints, JavaScript': () =>
    npmTool('@biomejs/biome/bin/biome', ['ci', '--error-on-warnings', '--colors=off'], { hint: MEND }),
  'Types, JavaScript': () => npmTool('typescript/bin/tsc', ['--project', 'jsconfig.json']),
  'Plots, of the figures that they are of': () => plots({ isCheck: true }),
  'Diagrams, as they would be drawn': () => diagrams({ isCheck: true }),
  'Dependencies: licences, sources, wildcards': () => deny('licenses', 'bans', 'sources'),
  'Dependencies: advisories': advisories,
};

/** Runs all checks, and fails with the number of those that failed. */
export async function check() {
  await checkPrerequisites();
  await installAllPackages();
  await installDeny();
  const failures = [];
  const attempt = (title, work) => step(title, work).catch((error) => failures.push(error) && printError(error));
  for (const { title, args, env, hint } of RUST) await attempt(title, (report) => cargo(report, args, env, hint));
  for (const [title, work] of Object.entries(OTHERS)) await attempt(title, work);
  if (failures.length > 0)
    throw new ScriptError(`${failures.length} of ${RUST.length + Object.keys(OTHERS).length} checks failed.`);
}

async function cargo(report, args, env, hint) {
  await run('cargo', args, {
    onLine: cargoProgress(report),
    isNoise: isCargoNoise,
    env: { ...CARGO_ENV, ...env },
    hint,
  });
}

/** Runs the program of an npm package. */
async function npmTool(file, args, more) {
  await run(process.execPath, [local('node_modules', file), ...args], { title: path.basename(file), ...more });
}

async function deny(...what) {
  const args = ['--log-level', 'error', 'check', '--hide-inclusion-graph', ...what];
  await run(tool('cargo-deny'), args, { title: 'cargo deny', timeout: 120_000 });
}

/** Checks for known vulnerabilities, if their database can be reached. */
async function advisories() {
  try {
    await deny('advisories');
  } catch (error) {
    if (!/failed to fetch advisory database|was ended by/.test(`${error.output}${error.message}`)) throw error;
    return { note: 'not checked: the advisory database could not be reached' };
  }
}

if (isMain(import.meta)) await runMain(check);
