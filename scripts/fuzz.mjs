// `npm run fuzz [-- TARGET… --seconds N]`: each target of fuzz/ for a while (60 s), from its seeds.
//
// Plain Cargo on the stable compiler: the instrumentation that libFuzzer needs is a flag of code
// generation, and Rust without `unsafe` has no use for the sanitizers that would need a nightly one.
import { mkdir, readdir } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { CARGO_ENV, cargoProgress, isCargoNoise } from './lib/cargo.mjs';
import { local } from './lib/project.mjs';
import { run } from './lib/run.mjs';
import { step } from './lib/step.mjs';
import { ScriptError, printError, runMain } from './lib/errors.mjs';
import { checkPrerequisites } from './prerequisites.mjs';

const COVERAGE = [
  '--cfg=fuzzing',
  '-Cpasses=sancov-module',
  '-Cllvm-args=-sanitizer-coverage-level=4',
  '-Cllvm-args=-sanitizer-coverage-inline-8bit-counters',
  '-Cllvm-args=-sanitizer-coverage-pc-table',
  '-Cllvm-args=-sanitizer-coverage-trace-compares',
  '-Cdebug-assertions',
  '-Coverflow-checks',
  '-Ccodegen-units=1',
];
const TARGET_DIR = local('fuzz/target');

await runMain(async (args) => {
  const { positionals: wanted, values } = parseArgs({
    args,
    allowPositionals: true,
    options: { seconds: { type: 'string', default: '60' } },
  });
  const targets = (await readdir(local('fuzz/targets'))).map((file) => file.replace(/\.rs$/, ''));
  const unknown = wanted.find((name) => !targets.includes(name));
  if (unknown) throw new ScriptError(`There is no fuzz target ${unknown}.`, { hint: `Targets: ${targets.join(', ')}` });
  await checkPrerequisites();
  const folder = await build();
  const failed = [];
  for (const name of wanted.length > 0 ? wanted : targets) {
    await fuzz(`${folder}/${name}`, name, Number(values.seconds)).catch(
      (error) => failed.push(name) && printError(error),
    );
  }
  if (failed.length > 0) throw new ScriptError(`Failed: ${failed.join(', ')}`);
});

/** @returns {Promise<string>} the folder of the programs */
async function build() {
  // With --target, build scripts and macros are compiled without the instrumentation.
  const host = /^host: (.+)$/m.exec(await run('rustc', ['-vV']))[1];
  await step('Building the fuzz targets', async (report) => {
    await run('cargo', ['build', '--release', '--bins', '--manifest-path', 'fuzz/Cargo.toml', '--target', host], {
      title: 'cargo build',
      onLine: cargoProgress(report),
      isNoise: isCargoNoise,
      env: { ...CARGO_ENV, CARGO_TARGET_DIR: TARGET_DIR, RUSTFLAGS: COVERAGE.join(' ') },
    });
  });
  return `${TARGET_DIR}/${host}/release`;
}

async function fuzz(program, name, seconds) {
  const [corpus, artifacts] = [`fuzz/corpus/${name}`, `fuzz/artifacts/${name}/`];
  for (const folder of [corpus, artifacts]) await mkdir(local(folder), { recursive: true });
  const limits = [`-max_total_time=${seconds}`, '-timeout=10', '-rss_limit_mb=1024', `-artifact_prefix=${artifacts}`];
  await step(`Fuzzing ${name} for ${seconds} s`, async (report) => {
    const begun = Date.now();
    let runs = '';
    await run(program, [...limits, corpus, `fuzz/seeds/${name}`], {
      title: `Fuzz target ${name}`,
      hint: `The input that did it is in ${artifacts}; add it to fuzz/seeds/${name}/ once it is mended.`,
      onLine: (line) => {
        report((Date.now() - begun) / 1000 / seconds, line);
        runs = /^Done (\d+) runs/.exec(line)?.[1] ?? runs;
      },
    });
    return { note: `${runs} runs` };
  });
}
