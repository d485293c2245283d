// Environment variables for wrangler (values of a .env file would become the Worker's secrets).
import { local } from './project.mjs';

/** Has wrangler send no metrics and use no network at start. */
export const QUIET = {
  WRANGLER_SEND_METRICS: 'false',
  WRANGLER_SEND_ERROR_REPORTS: 'false',
  WRANGLER_HIDE_BANNER: 'true',
  CLOUDFLARE_CF_FETCH_ENABLED: 'false',
};

/** The script that `node()` runs for any wrangler command. */
export const WRANGLER = local('node_modules/wrangler/bin/wrangler.js');
