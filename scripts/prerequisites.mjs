// Checks for programs that the machine must have, and tells how to install them. Built-ins only, and Node 20 suffices.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { ROOT, isMain, local } from './lib/project.mjs';
import { run } from './lib/run.mjs';
import { step } from './lib/step.mjs';
import { ScriptError, runMain } from './lib/errors.mjs';

const NODE_NEEDED = [20, 11];
const WASM = 'wasm32-unknown-unknown';
const RUSTUP = "curl --proto '=https' --tlsv1.2 -sSf https://sh.rustup.rs | sh";

/** Programs that are needed: a check for each, and how Debian, Fedora and macOS install it. */
const NEEDS = [
  {
    name: `Node ${NODE_NEEDED.join('.')} or newer (this is ${process.versions.node})`,
    isThere: () => isAtLeast(process.versions.node, NODE_NEEDED),
    how: { debian: 'https://nodejs.org/en/download', fedora: 'sudo dnf install nodejs', macos: 'brew install node' },
  },
  {
    name: 'Rust, by rustup',
    isThere: () => works('rustup', '--version') || hasFittingRust(),
    how: { debian: RUSTUP, fedora: RUSTUP, macos: RUSTUP },
  },
  {
    name: 'a C compiler',
    isThere: () => works('cc', '--version'),
    how: {
      debian: 'sudo apt install build-essential',
      fedora: 'sudo dnf install gcc',
      macos: 'xcode-select --install',
    },
  },
];

/** Fails with a list of everything that is missing. */
export async function checkPrerequisites() {
  const missing = NEEDS.filter((need) => !need.isThere());
  if (missing.length > 0) {
    const family = osFamily();
    const lines = missing.map(({ name, how }) => `  - ${name}\n      ${how[family] ?? how.debian}`);
    throw new ScriptError(`Missing on this machine:\n\n${lines.join('\n')}`, {
      hint: 'Then run the same command again.',
    });
  }
  await fetchToolchain();
}

/** rustup fetches the compiler that rust-toolchain.toml names at the first use of cargo. */
async function fetchToolchain() {
  const wanted = /^channel = "(.+)"/m.exec(readFileSync(local('rust-toolchain.toml'), 'utf8'))?.[1];
  const have = spawnSync('rustup', ['toolchain', 'list'], { encoding: 'utf8' });
  if (have.error || !wanted || have.stdout.split('\n').some((line) => line.startsWith(`${wanted}-`))) return;
  await step(`Fetching Rust ${wanted} (once)`, (report) =>
    run('cargo', ['--version'], {
      title: `rustup, fetching Rust ${wanted},`,
      onLine: (line) => report(line.replace(/^info: /, '')),
      hint: 'Is there a connection to static.rust-lang.org?',
    }),
  );
}

/** Rust without rustup suffices, if it is new enough and has the Worker's target. */
function hasFittingRust() {
  const [, version] = /^rustc (\S+)/.exec(output('rustc', '--version')) ?? [];
  const wanted = /^rust-version = "(.+)"/m.exec(readFileSync(local('Cargo.toml'), 'utf8'))[1];
  const library = output('rustc', '--print', 'target-libdir', '--target', WASM);
  return Boolean(version && isAtLeast(version, wanted.split('.').map(Number)) && works('ls', library));
}

function isAtLeast(version, needed) {
  const have = version.split('.').map((part) => Number.parseInt(part, 10));
  const at = needed.findIndex((part, n) => have[n] !== part);
  return at < 0 || have[at] > needed[at];
}

const works = (command, ...args) => spawnSync(command, args, { stdio: 'ignore', cwd: ROOT }).status === 0;
const output = (command, ...args) => spawnSync(command, args, { encoding: 'utf8', cwd: ROOT }).stdout?.trim() ?? '';

function osFamily() {
  if (process.platform === 'darwin') return 'macos';
  return /fedora|rhel|centos/.test(output('cat', '/etc/os-release')) ? 'fedora' : 'debian';
}

if (isMain(import.meta)) await runMain(checkPrerequisites);
