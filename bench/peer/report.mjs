// Prints what the comparison with a peer found.
import { bold, bytes, dim } from '../../scripts/lib/step.mjs';
import { median, quantile } from '../quantiles.mjs';

/**
 * @param {Awaited<ReturnType<typeof import('./compare.mjs').compare>>} found
 * @param {{delays: {delayMs: number}, connections: number}} how
 */
export function report({ taken, loads }, { delays, connections }) {
  for (const what of namesOf(taken)) {
    console.log(`\n${bold(what)}`);
    console.log(
      dim(
        row(
          '',
          'served',
          'read',
          'requests',
          'read of KV',
          'requests',
          'round trips',
          'first byte',
          'quartiles',
          'last byte',
          'CPU',
        ),
      ),
    );
    for (const state of ['cold', 'warm']) {
      const of = (who) => taken.filter((one) => one.what === what && one.state === state && one.who === who);
      for (const who of ['millrace', 'peer']) if (of(who).length > 0) console.log(single(`${state}, ${who}`, of(who)));
      if (of('peer').length > 0)
        console.log(
          row(
            '  the peer over us',
            '',
            ...['bytes', 'requests', '', '', 'roundTrips', 'firstMs', '', 'lastMs'].map(
              (field) => field && over(of('peer'), of('millrace'), field),
            ),
          ),
        );
    }
  }
  for (const what of namesOf(loads)) {
    console.log(`\n${bold(`${what}, ${connections} clients`)}`);
    console.log(dim(row('', 'requests/s', 'quartiles', 'p50', 'p99', 'CPU/request', 'read', 'requests', 'KV')));
    for (const delayMs of [delays.delayMs, 0]) {
      for (const who of ['millrace', 'peer']) {
        console.log(
          loaded(
            `${delayMs} ms, ${who}`,
            loads.filter((one) => one.what === what && one.delayMs === delayMs && one.who === who),
          ),
        );
      }
    }
  }
}

function single(title, runs) {
  const of = (field) => middle(runs, field);
  return row(
    title,
    bytes(of('served')),
    bytes(of('bytes')),
    of('requests'),
    bytes(of('kvBytes')),
    of('kv'),
    of('roundTrips'),
    ms(of('firstMs')),
    spread(runs, 'firstMs', 1),
    ms(of('lastMs')),
    runs[0].cpuMs === undefined ? '' : ms(of('cpuMs')),
  );
}

function loaded(title, rounds) {
  const of = (field) => middle(rounds, field);
  const cpu = of('cpuUs') > 0 ? `${of('cpuUs').toFixed(0)} µs` : '?';
  return row(
    title,
    of('rate').toFixed(0),
    spread(rounds, 'rate', 0),
    ms(of('p50')),
    ms(of('p99')),
    cpu,
    bytes(Math.round(of('bytes'))),
    of('requests').toFixed(1),
    of('kv').toFixed(1),
  );
}

const over = (theirs, ours, field) => `× ${(middle(theirs, field) / middle(ours, field)).toFixed(1)}`;

const namesOf = (taken) => [...new Set(taken.map(({ what }) => what))];

const middle = (taken, field) => median(taken.map((one) => one[field]));

const spread = (taken, field, digits) =>
  [0.25, 0.75]
    .map((share) =>
      quantile(
        taken.map((one) => one[field]),
        share,
      ).toFixed(digits),
    )
    .join('–');

const ms = (value) => `${value.toFixed(1)} ms`;

const row = (first, ...rest) => `  ${first.padEnd(20)}${rest.map((each) => String(each).padStart(13)).join('')}`;
