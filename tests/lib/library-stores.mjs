// Stores that a library may lie in, and how the command line is told of each.
import { startAzure } from './azurite.mjs';
import { startGcs } from './gcs.mjs';
import { BRIEF } from './brief.mjs';
import { encode, startS3 } from './moto.mjs';
import { startNginx } from './nginx.mjs';

/** Characters that a URL and a command line may each see differently. */
export const ODD = 'odd-names/a b+c&d=é(1)/x~y.ism';

/**
 * @typedef {object} Kind of store
 * @property {() => Promise<import('./server.mjs').Store>} start
 * @property {(url: string, secrets: Record<string, string>) => Record<string, string>} env
 * @property {boolean} [signs] whether a request's headers are signed
 * @property {boolean} [isBucket] whether it lists what it has
 * @property {(url: string) => string[]} library arguments that name what is published
 * @property {() => string[]} [others] the same, of what lies in another container
 * @property {(url: string, key: string) => string} at
 * @property {(url: string) => string[]} below
 */

/** @type {Kind} */
const S3 = {
  start: startS3,
  env: (url, { S3_ID, S3_KEY }) => ({
    AWS_ENDPOINT: url,
    AWS_ALLOW_HTTP: 'true',
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: S3_ID,
    AWS_SECRET_ACCESS_KEY: S3_KEY,
  }),
  signs: true,
  isBucket: true,
  library: () => ['s3://media'],
  at: (_, key) => `s3://media/${key}`,
  below: () => ['--root', 's3://media'],
};

const AZURE = {
  signs: true,
  isBucket: true,
  at: (_, key) => `az://${key}`,
  below: () => ['--root', 'az://films', '--as', 'films'],
  // The deployment knows the account, so keys begin with the container.
  library: () => ['az://films', '--as', 'films'],
  others: () => ['az://odd-names', '--as', 'odd-names/'],
};

const azureEnv = (url) => ({
  AZURE_STORAGE_ENDPOINT: `${url}/devstoreaccount1`,
  AZURE_ALLOW_HTTP: 'true',
  AZURE_STORAGE_ACCOUNT_NAME: 'devstoreaccount1',
});

/** @type {Record<string, Kind>} */
export const STORES = {
  S3,
  'Azure Blob by a shared key': {
    ...AZURE,
    start: () => startAzure('key'),
    env: (url, { AZURE: key }) => ({ ...azureEnv(url), AZURE_STORAGE_ACCOUNT_KEY: key }),
  },
  'Azure Blob by a shared access signature': {
    ...AZURE,
    start: () => startAzure('sas'),
    env: (url, { AZURE: token }) => ({ ...azureEnv(url), AZURE_STORAGE_SAS_TOKEN: token }),
  },
  'Google Cloud Storage': {
    start: startGcs,
    env: (url) => ({ GOOGLE_BASE_URL: url, GOOGLE_SKIP_SIGNATURE: 'true' }),
    isBucket: true,
    library: () => ['gs://media/'],
    at: (_, key) => `gs://media/${key}`,
    below: () => ['--root', 'gs://media'],
  },
  'a web server': {
    start: startNginx,
    env: () => ({}),
    library: (url) => [BRIEF, ODD].map((key) => `${url}/media/${encode(key)}`).concat('--root', `${url}/media`),
    at: (url, key) => `${url}/media/${encode(key)}`,
    below: (url) => ['--root', `${url}/media`],
  },
};
