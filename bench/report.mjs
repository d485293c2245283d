// Prints what a run found: a table for people, or lines of JSON.
import { bold, dim } from '../scripts/lib/step.mjs';
import { median, quantile } from './quantiles.mjs';

/** The figures that are followed over time. */
const FOLLOWED = ['index_bytes_per_fragment_single', 'index_bytes_per_fragment_interleaved', 'manifest_render_ms_2h'];

/**
 * @param {{turns?: import('./compare.mjs').Turn[], native?: {name: string, value: number, unit: string}[]}} found
 * @param {boolean} json
 */
export function report({ turns = [], native = [] }, json) {
  const loads = [...new Set(turns.map((turn) => turn.load))].map((name) => loadOf(turns, name));
  if (!json) return table(loads, native);
  const lines = loads.map(({ name, turns, workers: [base, held] }) => {
    const { middle } = ratio(turns, held, base);
    return {
      name: `${base === 'constant' ? 'manifest' : 'fragment'}_cpu_ratio_${name}`,
      value: round(middle, 3),
      unit: 'ratio',
    };
  });
  for (const { name, value, unit } of native) {
    if (FOLLOWED.includes(name)) lines.push({ name, value: round(value, 3), unit });
  }
  for (const line of lines) console.log(JSON.stringify(line));
}

/** The turns of one load, and its Workers: the one first that others are held against. */
function loadOf(taken, name) {
  const turns = taken.filter((turn) => turn.load === name);
  return { name, turns, workers: [...new Set(turns.map((turn) => turn.worker))] };
}

function table(loads, native) {
  for (const { name, turns, workers } of loads) {
    const [base] = workers;
    console.log(`\n${bold(name)}, medians of ${turns.length / workers.length} rounds`);
    console.log(dim(row('', 'CPU/request', 'ratio', 'quartiles', 'req/s', 'p50', 'p99', 'backend CPU')));
    for (const worker of workers) {
      const of = (field) => median(turns.filter((turn) => turn.worker === worker).map((turn) => turn[field]));
      const { low, middle, high } = ratio(turns, worker, base);
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
  if (native.length > 0) console.log(`\n${bold('Natively')}, two hours and ten tracks`);
  for (const { name, value, unit } of native) console.log(`  ${name.padEnd(40)} ${round(value, 3)} ${unit}`);
}

/** A Worker's CPU per request over that of `base`, round by round. */
function ratio(turns, worker, base) {
  const cpu = (name) => turns.filter((turn) => turn.worker === name).sort((a, b) => a.round - b.round);
  const bases = cpu(base);
  const ratios = cpu(worker).map(({ cpuUs }, at) => cpuUs / bases[at].cpuUs);
  return { low: quantile(ratios, 0.25), middle: median(ratios), high: quantile(ratios, 0.75) };
}

const row = (first, ...rest) => `  ${first.padEnd(20)}${rest.map((each) => each.padStart(13)).join('')}`;

const round = (value, digits) => Number(value.toFixed(digits));
