// `npm run deploy -- staging`, `npm run deploy -- production`: deploys to Cloudflare.
import { readFile } from 'node:fs/promises';
import { buildPage } from './build-page.mjs';
import { buildWorker } from './build-worker.mjs';
import { installAllPackages } from './install.mjs';
import { local, node } from './lib/project.mjs';
import { run } from './lib/run.mjs';
import { ScriptError, runMain } from './lib/errors.mjs';
import { WRANGLER } from './lib/wrangler.mjs';
import { checkPrerequisites } from './prerequisites.mjs';

await runMain(async ([name, ...more]) => {
  const config = await readFile(local('wrangler.toml'), 'utf8');
  const names = [...config.matchAll(/^\[env\.([\w-]+)\]$/gm)].map(([, name]) => name);
  if (!names.includes(name)) {
    throw new ScriptError(name ? `There is no environment ${name}.` : 'Which environment?', {
      hint: names.map((name) => `npm run deploy -- ${name}`).join('\n'),
    });
  }
  if (new RegExp(`^\\[\\[env\\.${name}\\.kv_namespaces\\]\\][^[]*^id = "0+"$`, 'm').test(config)) {
    throw new ScriptError(`The KV namespace of ${name} has no id yet.`, {
      hint: `docs/deploy.md says how to make one. Its id belongs into wrangler.toml, under [[env.${name}.kv_namespaces]].`,
    });
  }
  await checkPrerequisites();
  await installAllPackages();
  // wrangler builds both by itself, but asks for the page before.
  await buildWorker({ optimise: true });
  await buildPage();
  await run(node(), [WRANGLER, 'deploy', '--env', name, ...more], {
    show: true,
    title: `wrangler deploy --env ${name}`,
    env: { WASM_OPT: '1' },
  });
});
