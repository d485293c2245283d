// `npm run check`: everything that can be said about the source without running it.
import { isMain } from './lib/project.mjs';
import { CARGO_ENV, cargoProgress, isCargoNoise } from './lib/cargo.mjs';
import { run } from './lib/run.mjs';
import { step } from './lib/step.mjs';
import { Trouble, printTrouble, runMain } from './lib/trouble.mjs';
import { checkPrerequisites } from './prerequisites.mjs';
import { installDeny, tool } from './tools.mjs';

const WASM = ['--target', 'wasm32-unknown-unknown', '--lib'];
const DOCS = { RUSTDOCFLAGS: '-D warnings' };
const CHECKS = [
  ['Format', ['fmt', '--check'], { hint: 'Mend it with: cargo fmt' }],
  ['Lints, native', ['clippy', '--locked', '--all-targets', '--', '-D', 'warnings']],
  ['Lints, Worker', ['clippy', '--locked', ...WASM, '--', '-D', 'warnings']],
  [
    'Lints, Worker with its contract',
    ['clippy', '--locked', ...WASM, '--features', 'contract', '--', '-D', 'warnings'],
  ],
  ['Docs, native', ['doc', '--locked', '--no-deps'], { env: DOCS }],
  ['Docs, Worker', ['doc', '--locked', '--no-deps', ...WASM], { env: DOCS }],
];

/** Runs all of them, and fails with the number of those that failed. */
export async function check() {
  await checkPrerequisites();
  await installDeny();
  const failures = [];
  const attempt = (title, work) => step(title, work).catch((error) => failures.push(error) && printTrouble(error));
  for (const [title, args, { env, hint } = {}] of CHECKS) {
    await attempt(title, (report) =>
      run('cargo', args, {
        onLine: cargoProgress(report),
        isNoise: isCargoNoise,
        env: { ...CARGO_ENV, ...env },
        hint,
      }).then(() => {}),
    );
  }
  await attempt('Dependencies: licences, sources, wildcards', () => deny('licenses', 'bans', 'sources').then(() => {}));
  await attempt('Dependencies: advisories', advisories);
  if (failures.length > 0) throw new Trouble(`${failures.length} of ${CHECKS.length + 2} checks failed.`);
}

const deny = (...what) =>
  run(tool('cargo-deny'), ['--log-level', 'error', 'check', '--hide-inclusion-graph', ...what], {
    title: 'cargo deny',
    timeout: 120_000,
  });

/** Known vulnerabilities, when the database of them can be reached: it changes without us. */
async function advisories() {
  try {
    await deny('advisories');
  } catch (error) {
    if (!/failed to fetch advisory database|was ended by/.test(`${error.output}${error.message}`)) throw error;
    return { note: 'not checked: the advisory database could not be reached' };
  }
}

if (isMain(import.meta)) await runMain(check);
