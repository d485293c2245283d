// Prints what the comparison of formats found.
import { bold, bytes, dim } from '../../scripts/lib/step.mjs';
import { median, quantile } from '../quantiles.mjs';

export function report(taken) {
  for (const what of new Set(taken.map((one) => one.what))) {
    const all = taken.filter((one) => one.what === what);
    const titles = [...new Set(all.map(({ title }) => title))];
    const [first] = titles;
    console.log(`\n${bold(what)}, medians of ${all.filter(({ title }) => title === first).length} rounds`);
    console.log(dim(row('', 'CPU/request', 'over the first', 'quartiles', 'p50', 'served', 'read', 'requests')));
    for (const title of titles) {
      const own = all.filter((one) => one.title === title);
      const of = (field) => median(own.map((one) => one[field]));
      const ratios = own.map(
        ({ round, cpuUs }) => cpuUs / all.find((one) => one.title === first && one.round === round).cpuUs,
      );
      const [low, high] = [0.25, 0.75].map((share) => quantile(ratios, share).toFixed(2));
      console.log(
        row(
          title,
          cpu(of('cpuUs')),
          median(ratios).toFixed(2),
          `${low}–${high}`,
          `${of('p50').toFixed(2)} ms`,
          bytes(Math.round(of('served'))),
          bytes(Math.round(of('bytes'))),
          of('requests').toFixed(1),
        ),
      );
    }
  }
}

const cpu = (us) => (us > 0 ? `${us.toFixed(0)} µs` : '?');

const row = (first, ...rest) => `  ${first.padEnd(32)}${rest.map((each) => String(each).padStart(15)).join('')}`;
