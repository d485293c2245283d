// `npm run schema -- DIR`: holds the MPDs of presentations of every kind to MPEG's own schema. By hand, not in `npm test`: its
// licence allows no copy here, so whoever has one says where.
import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { bundleWorker } from './bundle.mjs';
import { installAllPackages } from './install.mjs';
import { step } from './lib/step.mjs';
import { ScriptError, runMain } from './lib/errors.mjs';

const HELP = `
npm run schema -- DIR    DIR has DASH-MPD.xsd and the schemas that it names beside it: those of ISO/IEC 23009-1,
                         as https://github.com/MPEGGroup/DASHSchema has them, and W3C's xlink.xsd
`;
const SCHEMA = 'DASH-MPD.xsd';
/** Of 64 KiB. */
const PAGES = { initialMemoryPages: 512, maxMemoryPages: 4096 };

async function main(args) {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { help: { type: 'boolean', short: 'h' } },
  });
  if (values.help) return console.log(HELP);
  const [folder] = positionals;
  if (positionals.length !== 1) throw new ScriptError('Which folder has the schema?', { hint: HELP });
  await installAllPackages();
  const schemas = await readSchemas(folder);
  await bundleWorker();
  const mpds = await step('Asking for the MPDs', () => servedMpds());
  await step(`Holding ${mpds.length} of them to the schema`, () => validate(mpds, schemas));
}

async function readSchemas(folder) {
  const names = await readdir(folder).catch((error) => {
    throw new ScriptError(`${folder} cannot be read: ${error.message}`, { hint: HELP });
  });
  if (!names.includes(SCHEMA)) throw new ScriptError(`There is no ${SCHEMA} in ${folder}.`, { hint: HELP });
  const read = async (fileName) => ({ fileName, contents: await readFile(path.join(folder, fileName), 'utf8') });
  const others = names.filter((name) => name.endsWith('.xsd') && name !== SCHEMA);
  return { schema: [await read(SCHEMA)], preload: await Promise.all(others.map(read)) };
}

async function servedMpds() {
  const [{ KINDS }, { startEdge }] = await Promise.all([
    import('../tests/lib/kinds.mjs'),
    import('../tests/lib/edge.mjs'),
  ]);
  const mpds = [];
  for (const { make, rates } of KINDS) {
    const edge = await startEdge(await make());
    try {
      for (const name of Object.keys(rates)) {
        const { status, text } = await edge.get(`/${name}/manifest.mpd`);
        if (status !== 200) throw new ScriptError(`The MPD of ${name} is ${status}.`, { output: text });
        mpds.push({ fileName: `${name.replaceAll('/', '-')}.mpd`, contents: text });
      }
    } finally {
      await edge.close();
    }
  }
  return mpds;
}

async function validate(mpds, schemas) {
  const { validateXML } = await import('xmllint-wasm');
  const { valid, errors } = await validateXML({ xml: mpds, ...schemas, ...PAGES });
  if (!valid)
    throw new ScriptError('Not every MPD is valid.', { output: errors.map(({ rawMessage }) => rawMessage).join('\n') });
}

await runMain(main);
