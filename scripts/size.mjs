// `npm run size`: what a deployment weighs. Fails when it is more than we allow ourselves.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { BUNDLE, bundleWorker } from './bundle.mjs';
import { installPackages } from './install.mjs';
import { Trouble, runMain } from './lib/trouble.mjs';

const LIMIT_KIB = 512;
const kib = (count) => `${(count / 1024).toFixed(1)} KiB`;

await runMain(async () => {
  await installPackages();
  const total = { raw: 0, gzip: 0 };
  const line = (name, raw, gzip) => console.log(`${name.padEnd(48)} ${kib(raw).padStart(10)} ${kib(gzip).padStart(10)} gzipped`);
  for (const name of (await bundleWorker()).sort()) {
    const content = await readFile(path.join(BUNDLE, name));
    const gzip = gzipSync(content, { level: 9 }).length;
    line(name, content.length, gzip);
    total.raw += content.length;
    total.gzip += gzip;
  }
  line('together', total.raw, total.gzip);
  if (total.gzip <= LIMIT_KIB * 1024) return;
  throw new Trouble(`The deployed script is ${kib(total.gzip)} gzipped; the limit is ${LIMIT_KIB} KiB.`, {
    hint: 'See what grew: `cargo tree --target wasm32-unknown-unknown -e normal`, and opt-level under [profile.worker].',
  });
});
