// `node scripts/environments.mjs`: rehearses the deployment of every environment of wrangler.toml, and of one with a gateway, and
// checks that no two share a resource. Needs the Node that wrangler needs.
import { readFile, rm, writeFile } from 'node:fs/promises';
import { unstable_readConfig as readConfig } from 'wrangler';
import { isMain, local, node } from './lib/project.mjs';
import { run } from './lib/run.mjs';
import { step } from './lib/step.mjs';
import { ScriptError, runMain } from './lib/errors.mjs';
import { QUIET, WRANGLER } from './lib/wrangler.mjs';

/** The environments; the one without a name, at the top of the file, is for this machine. */
const ENVIRONMENTS = ['', 'staging', 'production'];

/** Runs `wrangler deploy --dry-run` for every environment, and checks that no two share a resource. */
async function checkEnvironments() {
  await step('Rehearsing the deployment of every environment', async (report) => {
    const users = new Map();
    for (const env of ENVIRONMENTS) {
      const name = env || 'development';
      report(name);
      for (const resource of resources(readConfig({ config: local('wrangler.toml'), env }))) {
        if (users.has(resource))
          throw new ScriptError(`In wrangler.toml, ${users.get(resource)} and ${name} share the ${resource}.`);
        users.set(resource, name);
      }
      await rehearse(local('wrangler.toml'), env, name);
    }
    report('gateway');
    await withGateway((config) => rehearse(config, 'production', 'production with a gateway'));
    return { note: `${ENVIRONMENTS.length} environments, and a gateway` };
  });
}

/** A warning would be read at every deployment, by people who cannot know that nothing is wrong. */
async function rehearse(config, env, name) {
  const title = `wrangler deploy --dry-run, ${name}`;
  const said = [];
  await run(node(), [WRANGLER, 'deploy', '--dry-run', `--config=${config}`, `--env=${env}`], {
    title,
    env: QUIET,
    onLine: (line) => said.push(line),
  });
  if (said.some((line) => line.includes('WARNING')))
    throw new ScriptError(`${title} warns.`, { output: said.join('\n') });
}

/** Has `use` look at a wrangler.toml whose lines about a gateway are no comments, as docs/access.md says to write them. */
async function withGateway(use) {
  // Beside the other: what it names lies there.
  const config = local('wrangler.gateway.toml');
  const lines = /^# (\[exports\.default\]|type = .*|cache = .*)$/gm;
  await writeFile(config, (await readFile(local('wrangler.toml'), 'utf8')).replace(lines, '$1'));
  try {
    const { cache, exports } = readConfig({ config, env: 'production' });
    if (!cache?.enabled || exports?.default?.cache?.enabled !== false)
      throw new ScriptError(
        'In wrangler.toml, a gateway has to switch off the cache before the default entrypoint alone.',
      );
    await use(config);
  } finally {
    await rm(config, { force: true });
  }
}

/** The names of an environment's resources. */
function resources({ name, r2_buckets, kv_namespaces, queues }) {
  // As long as ids are not filled in, they are the same.
  const ids = kv_namespaces.map(({ id }) => id).filter((id) => !/^0+$/.test(id));
  const bound = (list, what) => list.map((one) => `${what} ${one}`);
  const { consumers, producers } = queues;
  const isBound =
    r2_buckets.some(({ binding }) => binding === 'MEDIA') && kv_namespaces.some(({ binding }) => binding === 'INDEX');
  const isConsumed = ({ queue }) => consumers.some((consumer) => consumer.queue === queue);
  const isSwept = producers.some(({ binding }) => binding === 'SWEEP') && producers.every(isConsumed);
  if (!isBound || !isSwept || consumers.length !== 2 || !consumers.every((consumer) => consumer.dead_letter_queue)) {
    throw new ScriptError(
      `In wrangler.toml, ${name} has to bind MEDIA, INDEX and SWEEP, and to consume two queues that each have a queue of dead letters: that of events, and SWEEP.`,
    );
  }
  return [
    `name ${name}`,
    ...bound(
      r2_buckets.map(({ bucket_name }) => bucket_name),
      'bucket',
    ),
    ...bound(ids, 'namespace'),
    ...bound(
      consumers.flatMap(({ queue, dead_letter_queue }) => [queue, dead_letter_queue ?? '']),
      'queue',
    ),
  ];
}

if (isMain(import.meta)) await runMain(checkEnvironments);
