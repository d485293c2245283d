// Prints what a run found: a table for people, or lines of JSON.
import { bold, dim } from '../scripts/lib/step.mjs';
import { median, quantile } from './quantiles.mjs';

/** The figures that are followed over time. */
const FOLLOWED = ['index_bytes_per_fragment_single', 'index_bytes_per_fragment_interleaved', 'manifest_render_ms_2h'];

/**
 * @param {{runtime?: Awaited<ReturnType<typeof import('./compare.mjs').compare>>, native?: {name: string, value: number, unit: string}[]}} found
 * @param {boolean} json
 */
export function report({ runtime, native = [] }, json) {
  if (!json) return table(runtime, native);
  const lines = (runtime?.loads ?? []).map((load) => {
    const { middle } = ratio(runtime, load, 'millrace');
    return { name: `fragment_cpu_ratio_${load}`, value: round(middle, 3), unit: 'ratio' };
  });
  for (const { name, value, unit } of native) {
    if (FOLLOWED.includes(name)) lines.push({ name, value: round(value, 3), unit });
  }
  for (const line of lines) console.log(JSON.stringify(line));
}

function table(runtime, native) {
  for (const load of runtime?.loads ?? []) {
    console.log(`\n${bold(load)}, medians of ${rounds(runtime, load).length} rounds`);
    console.log(dim(row('', 'CPU/request', 'ratio', 'quartiles', 'req/s', 'p50', 'p99', 'backend CPU')));
    for (const worker of runtime.workers) {
      const turns = runtime.taken.filter((turn) => turn.load === load && turn.worker === worker);
      const of = (field) => median(turns.map((turn) => turn[field]));
      const { low, middle, high } = ratio(runtime, load, worker);
      const spread = `${low.toFixed(2)}–${high.toFixed(2)}`;
      console.log(
        row(
          worker,
          `${of('cpuUs').toFixed(0)} µs`,
          middle.toFixed(3),
          spread,
          of('rate').toFixed(0),
          `${of('p50').toFixed(1)} ms`,
          `${of('p99').toFixed(1)} ms`,
          `${of('backendUs').toFixed(0)} µs`,
        ),
      );
    }
  }
  if (runtime)
    console.log(
      `\n${bold('Manifest')} of two hours and ten tracks, in the runtime: ${(runtime.manifest.cpuUs / 1000).toFixed(2)} ms CPU/request`,
    );
  if (native.length > 0) console.log(`\n${bold('Natively')}, two hours and ten tracks`);
  for (const { name, value, unit } of native) console.log(`  ${name.padEnd(40)} ${round(value, 3)} ${unit}`);
}

/** A Worker's CPU per request over the reference's, round by round. */
function ratio(runtime, load, worker) {
  const ratios = rounds(runtime, load).map((turns) => turns[worker] / turns.reference);
  return { low: quantile(ratios, 0.25), middle: median(ratios), high: quantile(ratios, 0.75) };
}

/** CPU per request by Worker, a round each. */
function rounds({ taken }, load) {
  const rounds = [];
  for (const { round, worker, cpuUs } of taken.filter((turn) => turn.load === load)) {
    rounds[round] ??= {};
    rounds[round][worker] = cpuUs;
  }
  return rounds;
}

const row = (first, ...rest) => `  ${first.padEnd(20)}${rest.map((each) => each.padStart(13)).join('')}`;

const round = (value, digits) => Number(value.toFixed(digits));
