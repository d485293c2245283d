// Checks for programs that the machine must have, and says how to install them. Built-ins only, and Node 20 suffices.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { hasChromium } from './lib/chromium.mjs';
import { ROOT, isMain, local } from './lib/project.mjs';
import { run } from './lib/run.mjs';
import { step } from './lib/step.mjs';
import { ScriptError, runMain } from './lib/errors.mjs';

const NODE_NEEDED = [20, 11];
const WASM = 'wasm32-unknown-unknown';
const CARGO_BIN = path.join(process.env.CARGO_HOME ?? path.join(os.homedir(), '.cargo'), 'bin');
const RUSTUP = "curl --proto '=https' --tlsv1.2 -sSf https://sh.rustup.rs | sh -s -- -y";
/** rustup puts itself into the PATH of new shells; one that was open before has to read this. */
const INTO_PATH = `. "${path.join(CARGO_BIN, '../env')}"`;
/** How each family of systems installs packages. */
const INSTALL = { debian: 'sudo apt-get install -y', fedora: 'sudo dnf install -y', macos: 'brew install' };

/**
 * @typedef {object} Need
 * @property {string} name
 * @property {() => boolean} isThere
 * @property {Record<Family, string>} [packages] of the system, that bring it
 * @property {() => string} [command] of the shell, that brings it where no package does
 */
/** @typedef {'debian' | 'fedora' | 'macos'} Family */

/** @type {Need[]} what everything needs */
const NEEDS = [
  {
    name: `Node ${NODE_NEEDED.join('.')} or newer (this is ${process.versions.node}): https://nodejs.org/en/download`,
    isThere: () => isAtLeast(process.versions.node, NODE_NEEDED),
  },
  {
    name: 'a C compiler',
    isThere: () => works('cc', '--version'),
    packages: { debian: 'gcc libc6-dev', fedora: 'gcc', macos: 'gcc' },
  },
  {
    name: 'Rust, by rustup',
    isThere: () => works('rustup', '--version') || hasFittingRust(),
    command: () => (existsSync(path.join(CARGO_BIN, 'rustup')) ? INTO_PATH : `${RUSTUP} && ${INTO_PATH}`),
  },
];

/** @type {Need[]} what the tests need besides */
const OF_TESTS = [
  {
    name: 'Python 3.10 or newer with its module venv (for yt-dlp, schemathesis, and servers that speak S3 and Google Cloud Storage)',
    isThere: () => works('python3', '-c', 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 10))'),
    packages: { debian: 'python3-venv', fedora: 'python3', macos: 'python' },
  },
  {
    name: 'nginx (a web server to read media from)',
    isThere: () => works('nginx', '-v'),
    packages: { debian: 'nginx-light', fedora: 'nginx', macos: 'nginx' },
  },
  {
    name: 'curl and openssl (for the commands of the documentation)',
    isThere: () => works('curl', '--version') && works('openssl', 'version'),
    packages: { debian: 'curl openssl', fedora: 'curl openssl', macos: 'curl openssl' },
  },
  {
    name: 'Chromium (for players and the page), or CHROMIUM=/path/to/it',
    isThere: hasChromium,
    packages: { debian: 'chromium', fedora: 'chromium', macos: '--cask chromium' },
  },
];

/** Fails with a list of everything that is missing. */
export async function checkPrerequisites() {
  expectAll(NEEDS);
  await fetchToolchain();
}

/** The same, with what the tests need besides. */
export async function checkTestPrerequisites() {
  expectAll([...NEEDS, ...OF_TESTS]);
  await fetchToolchain();
}

/** @param {Need[]} needs */
function expectAll(needs) {
  const missing = needs.filter((need) => !need.isThere());
  if (missing.length === 0) return;
  const line = installLine(missing);
  throw new ScriptError(`Missing on this machine:\n\n${missing.map(({ name }) => `  - ${name}`).join('\n')}`, {
    hint: `${line && `To install it in this shell:\n\n  ${line}\n\n`}Then run the same command again.`,
  });
}

/** One line for the shell: all packages of the system at once, then what comes in other ways. */
function installLine(missing) {
  const family = osFamily();
  const packages = missing.flatMap((need) => need.packages?.[family] ?? []);
  const all = packages.length > 0 ? [`${INSTALL[family]} ${packages.join(' ')}`] : [];
  return [...all, ...missing.flatMap(({ command }) => command?.() ?? [])].join(' && ');
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

if (isMain(import.meta)) await runMain(checkTestPrerequisites);
