// `npm test`: all tests, in stages. `npm test -- edge` runs one stage.
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { buildContractWorker } from './build-worker.mjs';
import { buildCli } from './build.mjs';
import { bundleWorker } from './bundle.mjs';
import { check } from './check.mjs';
import { installAllPackages } from './install.mjs';
import { CARGO_ENV } from './lib/cargo.mjs';
import { local, node } from './lib/project.mjs';
import { run } from './lib/run.mjs';
import { bold, duration } from './lib/step.mjs';
import { INTERRUPTED, ScriptError, printError, runMain } from './lib/errors.mjs';
import { QUIET } from './lib/wrangler.mjs';
import { checkTestPrerequisites } from './prerequisites.mjs';
import { makeSample } from './sample.mjs';

const STAGES = {
  check,
  native: () =>
    run('cargo', ['test', '--locked'], {
      show: true,
      title: 'cargo test',
      env: { CARGO_TARGET_DIR: CARGO_ENV.CARGO_TARGET_DIR },
    }),
  build: () =>
    both(buildWorkers, async () => {
      await buildCli();
      await makeSample();
    }),
  edge: () => nodeTests('tests/edge'),
  clients: () => nodeTests('tests/clients'),
};
/** These run what the build stage makes. */
const NEED_BUILD = ['edge', 'clients'];

async function buildWorkers() {
  await bundleWorker();
  await buildContractWorker();
  await run(node(), [local('scripts/environments.mjs')], { show: true, title: 'Rehearsing deployments' });
}

/** Does both side by side: a Worker is linked on one core, which leaves another for the command line. */
async function both(...works) {
  const results = await Promise.allSettled(works.map((work) => work()));
  for (const result of results) if (result.status === 'rejected') throw result.reason;
}

/** Runs the tests of a folder, one file at a time: some count what is answered while something else is under way. */
async function nodeTests(folder) {
  const names = await readdir(local(folder)).catch(() => []);
  const files = names
    .filter((name) => name.endsWith('.test.mjs'))
    .sort()
    .map((name) => path.join(folder, name));
  if (files.length === 0) throw new ScriptError(`There are no tests in ${folder}.`);
  // A test that hangs fails; what it leaves open keeps nobody waiting. A file counts as one, and players take
  // their time on a slow machine.
  const patience = ['--test-timeout=600000', '--test-force-exit'];
  await run(node(), ['--test', '--test-concurrency=1', ...patience, '--test-reporter=spec', ...files], {
    show: true,
    title: `node --test ${folder}`,
    env: QUIET,
  });
}

await runMain(async (wanted) => {
  const unknown = wanted.find((name) => !STAGES[name]);
  if (unknown)
    throw new ScriptError(`There is no stage ${unknown}.`, { hint: `Stages: ${Object.keys(STAGES).join(', ')}` });
  await checkTestPrerequisites();
  await installAllPackages();
  const results = [];
  for (const name of chosen(wanted)) {
    console.log(`\n${bold(`── ${name}`)}`);
    const begun = performance.now();
    const isMissingBuild = NEED_BUILD.includes(name) && results.some((one) => one.name === 'build' && !one.passed);
    const passed = !isMissingBuild && (await STAGES[name]().then(() => true, report));
    if (process.exitCode === INTERRUPTED) return;
    results.push({
      name,
      passed,
      time: isMissingBuild ? 'not run: the build failed' : duration(performance.now() - begun),
    });
  }
  console.log();
  for (const { name, passed, time } of results) console.log(`${passed ? '✓' : '✗'} ${name.padEnd(8)} ${time}`);
  const failed = results.filter(({ passed }) => !passed).map(({ name }) => name);
  if (failed.length > 0) throw new ScriptError(`Failed: ${failed.join(', ')}`);
});

/** All stages, or the named ones with what they stand on. */
function chosen(wanted) {
  if (wanted.length === 0) return Object.keys(STAGES);
  const needed = wanted.some((name) => NEED_BUILD.includes(name)) ? ['build', ...wanted] : wanted;
  return Object.keys(STAGES).filter((name) => needed.includes(name));
}

function report(error) {
  printError(error);
  return false;
}
