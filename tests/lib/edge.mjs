// The Worker in workerd, over wrangler's own local KV and R2.
import { existsSync, readFileSync } from 'node:fs';
import { local } from '../../scripts/lib/project.mjs';
import { indexes } from './cli.mjs';
import { isPresentation, readFolder } from './folder.mjs';
import { request } from './http.mjs';

// Nothing is asked of the network. wrangler reads these when it is loaded.
Object.assign(process.env, {
  CLOUDFLARE_CF_FETCH_ENABLED: 'false',
  WRANGLER_SEND_METRICS: 'false',
  WRANGLER_SEND_ERROR_REPORTS: 'false',
});
const { createTestHarness, unstable_readConfig: readConfig } = await import('wrangler');

/** The Worker as it was built into `folder`, and the date that its wrangler.toml asks for. */
export function builtWorker(folder = 'build') {
  const main = local(folder, 'index.js');
  if (!existsSync(main)) throw new Error('The Worker is not built: npm run build');
  const [, compatibilityDate] = /^compatibility_date = "(.+)"/m.exec(readFileSync(local('wrangler.toml'), 'utf8'));
  return { main, compatibilityDate };
}

/**
 * Serves the files of `folder`, if there is one, under their paths in it.
 * @param {string | undefined} folder
 * @param {{indexed?: boolean, vars?: Record<string, unknown>, config?: object, beside?: object[], built?: string}} [options]
 *   `indexed`: whether KV holds what the command line makes of every presentation, or nothing; `config`:
 *   more of what stands in a wrangler.toml; `beside`: the same of other Workers; `built`: the folder of the Worker
 */
export async function startEdge(folder, { indexed = true, vars, config: more = {}, beside = [], built } = {}) {
  const { main, compatibilityDate } = builtWorker(built);
  const { assets } = readConfig({ config: local('wrangler.toml') });
  const config = {
    name: 'millrace',
    main,
    compatibility_date: compatibilityDate,
    r2_buckets: [{ binding: 'MEDIA', bucket_name: 'millrace-media' }],
    kv_namespaces: [{ binding: 'INDEX', id: 'index' }],
    // The page, as it is deployed. It shows itself where `vars` say so.
    assets: { ...assets, directory: local(assets.directory) },
    // What is tested is the origin, unless a test wants wrangler's cache in front of it; and segments of HLS and DASH
    // are held against fragments, one by one, unless it wants longer ones.
    vars: { CACHE_API: 'off', SEGMENT_MS: '0', ...vars },
    ...more,
  };
  const others = beside.map((other) => ({ config: { compatibility_date: compatibilityDate, ...other } }));
  // What .dev.vars says to a developer's own Worker is nothing to this one.
  const harness = createTestHarness({ root: local('target'), workers: [{ config }, ...others] });
  try {
    return await filled(harness, folder, indexed);
  } catch (error) {
    await harness.close();
    throw error;
  }
}

async function filled(harness, folder, indexed) {
  const { url } = await harness.listen();
  const { MEDIA, INDEX } = await harness.getWorker().getEnv();
  const files = folder ? await readFolder(folder) : new Map();
  for (const [key, bytes] of files) await MEDIA.put(key, bytes);
  if (indexed) {
    for (const [key, value] of await indexes(folder, [...files.keys()].filter(isPresentation)))
      await INDEX.put(key, value);
  }
  return {
    harness,
    url,
    files,
    INDEX,
    MEDIA,
    get: (path, headers = {}) => request(url, path, { headers }),
    send: (method, path, headers = {}, body = undefined) => request(url, path, { method, headers, body }),
    close: () => harness.close(),
  };
}
