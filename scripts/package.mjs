// `npm run package`: the Worker and its page, built, in target/millrace-{version}.tgz, for machines with Node alone.
import { cp, mkdir, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { buildPage } from './build-page.mjs';
import { buildWorker } from './build-worker.mjs';
import { installAllPackages } from './install.mjs';
import { ScriptError, runMain } from './lib/errors.mjs';
import { isMain, local } from './lib/project.mjs';
import { run } from './lib/run.mjs';
import { bytes, step } from './lib/step.mjs';
import { checkPrerequisites } from './prerequisites.mjs';

/** What is taken as it is. */
const FILES = [
  'LICENSE',
  'build',
  'dist',
  ...['install', 'sample', 'seed', 'serve', 'serve-media'].map((name) => `scripts/${name}.mjs`),
  ...['errors', 'ffmpeg', 'project', 'run', 'stamp', 'step', 'wrangler'].map((name) => `scripts/lib/${name}.mjs`),
  'scripts/package/start.mjs',
  'scripts/sample',
  'scripts/seed',
];
/** The npm packages that serve and make the sample: what builds the page is left out. */
const NEEDED = ['@ffmpeg-installer/ffmpeg', 'codem-isoboxer', 'dejavu-fonts-ttf', 'miniflare', 'wrangler'];
const TARGET = 'wasm32-unknown-unknown';

/** @returns {Promise<string>} where the package lies */
export async function makePackage() {
  await buildWorker({ optimise: true });
  await buildPage();
  const project = JSON.parse(await readFile(local('package.json'), 'utf8'));
  const name = `millrace-${project.version}`;
  const folder = local('target/package', name);
  const file = local('target', `${name}.tgz`);
  await step('Packing', async () => {
    await rm(path.dirname(folder), { recursive: true, force: true });
    await mkdir(folder, { recursive: true });
    for (const one of FILES) await cp(local(one), path.join(folder, one), { recursive: true });
    const write = (one, text) => writeFile(path.join(folder, one), text);
    await write('wrangler.toml', withoutBuild(await readFile(local('wrangler.toml'), 'utf8')));
    await write('LICENCES.txt', await licences());
    const readme = await readFile(local('scripts/package/README.md'), 'utf8');
    await write('README.md', readme.replaceAll('{{version}}', project.version));
    await write('package.json', `${JSON.stringify(described(project), null, 2)}\n`);
    await lock(folder);
    await run('tar', ['-czf', file, '-C', path.dirname(folder), name], { title: 'tar' });
    return { note: `target/${name}.tgz, ${bytes((await stat(file)).size)}; the sample is made where it is unpacked` };
  });
  return file;
}

/** The package's own package.json. */
function described({
  name,
  version,
  description,
  license,
  type,
  engines,
  dependencies,
  optionalDependencies,
  allowScripts,
}) {
  return {
    ...{ name, version, private: true, description, license, type, engines },
    scripts: { start: 'exec node scripts/package/start.mjs' },
    dependencies: Object.fromEntries(NEEDED.map((one) => [one, dependencies[one]])),
    optionalDependencies,
    allowScripts,
  };
}

/** Locks what the project locks, and nothing that is not needed. */
async function lock(folder) {
  await cp(local('package-lock.json'), path.join(folder, 'package-lock.json'));
  await run('npm', ['install', '--package-lock-only', '--ignore-scripts', '--no-audit', '--no-fund'], {
    cwd: folder,
    title: 'npm install --package-lock-only',
  });
}

/** The configuration without what builds the Worker, which is there. */
function withoutBuild(config) {
  const rest = config.replace(/^(#[^\n]*\n)*\[build\]\n(?:[^\n]+\n)*\n/m, '');
  if (rest === config) throw new ScriptError('wrangler.toml has no [build] that could be taken out.');
  return rest;
}

/** The licences of every library in the Worker, from their sources. */
async function licences() {
  const tree = ['tree', '--locked', '--target', TARGET, '-e', 'normal', '--prefix', 'none', '--format', '{p}'];
  const inside = new Set((await run('cargo', tree)).split('\n').map((line) => line.split(' ').slice(0, 2).join(' ')));
  const about = ['metadata', '--locked', '--format-version', '1', '--filter-platform', TARGET];
  const { packages } = JSON.parse(await run('cargo', about));
  const texts = [];
  for (const { name, version, license, source, manifest_path } of packages) {
    if (!source || !inside.has(`${name} v${version}`)) continue;
    const folder = path.dirname(manifest_path);
    const files = (await readdir(folder)).filter((file) => /^(licen[cs]e|copying|notice)/i.test(file)).sort();
    const read = files.map((file) => readFile(path.join(folder, file), 'utf8').catch(() => ''));
    texts.push([`${name} ${version}: ${license}`, ...(await Promise.all(read))].join('\n\n'));
  }
  return texts.join(`\n${'─'.repeat(80)}\n\n`);
}

if (isMain(import.meta)) {
  await runMain(async () => {
    await checkPrerequisites();
    await installAllPackages();
    await makePackage();
  });
}
