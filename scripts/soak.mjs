// `npm run soak`: a million requests over a thousand presentations, while stores fail and files are replaced. Fails if anybody
// gets a wrong byte, a short answer, trouble that no store was in, or if the Worker's memory grows.
import { parseArgs } from 'node:util';
import { bundleWorker } from './bundle.mjs';
import { installAllPackages } from './install.mjs';
import { step } from './lib/step.mjs';
import { ScriptError, runMain } from './lib/errors.mjs';

const HELP = `
npm run soak                      a million requests, in at most half an hour on two cores
npm run soak -- --requests N --presentations N --seed N
                                  fewer or more, and the choices of an earlier run again
`;

await runMain(async (args) => {
  const { values } = parseArgs({
    args,
    options: {
      requests: { type: 'string', default: '1000000' },
      presentations: { type: 'string', default: '1000' },
      seed: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help) return console.log(HELP);
  const wanted = {
    requests: Number(values.requests),
    presentations: Number(values.presentations),
    seed: Number(values.seed ?? Math.floor(Math.random() * 2 ** 32)),
  };
  if (!Object.values(wanted).every((number) => Number.isSafeInteger(number) && number >= 0))
    throw new ScriptError('These are no numbers.', { hint: HELP });
  await installAllPackages();
  await bundleWorker();
  const { soak, told, troubleIn } = await import('../tests/soak/soak.mjs');
  const result = await step(`${wanted.requests} requests, seed ${wanted.seed}`, (report) =>
    soak({ ...wanted, report }),
  );
  console.log(told(result));
  const trouble = troubleIn(result);
  if (trouble.length > 0) throw new ScriptError('What must never happen did.', { output: trouble.join('\n') });
});
