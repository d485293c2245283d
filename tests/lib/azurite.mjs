// Azure Blob for tests: Azurite, Microsoft's emulator, which verifies keys and signatures.
import { createHmac } from 'node:crypto';
import { azurite } from '../../scripts/azurite.mjs';
import { node } from '../../scripts/lib/project.mjs';
import { encode } from './moto.mjs';
import { startServer } from './server.mjs';

const ACCOUNT = 'devstoreaccount1';
/** The key that every Azurite has, from its documentation. */
const KEY = 'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==';
const VERSION = '2021-12-02';

const sign = (text) => createHmac('sha256', Buffer.from(KEY, 'base64')).update(text).digest('base64');

/** An account's shared access signature: may read and list blobs, for an hour, over HTTP too. */
function sas() {
  const expires = new Date(Date.now() + 3_600_000).toISOString().replace(/\.\d+/, '');
  const [permissions, services, types] = ['rl', 'b', 'sco'];
  const text = [ACCOUNT, permissions, services, types, '', expires, '', 'https,http', VERSION, '', ''].join('\n');
  return new URLSearchParams({
    sv: VERSION,
    ss: services,
    srt: types,
    sp: permissions,
    se: expires,
    spr: 'https,http',
    sig: sign(text),
  }).toString();
}

/** @param {'sas' | 'key'} by what the Worker proves itself with */
export async function startAzure(by) {
  const program = await azurite();
  const server = await startServer(({ port }) => [
    node(),
    [
      program,
      '--blobHost',
      '127.0.0.1',
      '--blobPort',
      String(port),
      '--inMemoryPersistence',
      '--silent',
      '--disableTelemetry',
    ],
  ]);
  const send = async (method, path, query, headers, bytes = Buffer.alloc(0)) => {
    const all = { 'x-ms-date': new Date().toUTCString(), 'x-ms-version': VERSION, ...headers };
    const ours = Object.keys(all)
      .sort()
      .map((name) => `${name}:${all[name]}\n`)
      .join('');
    const resource = `/${ACCOUNT}/${ACCOUNT}/${path}${query && `\n${query.replace('=', ':')}`}`;
    const text = `${method}\n\n\n${bytes.length || ''}\n\n\n\n\n\n\n\n\n${ours}${resource}`;
    const answer = await fetch(`${server.url}/${ACCOUNT}/${path}${query && `?${query}`}`, {
      method,
      headers: { ...all, authorization: `SharedKey ${ACCOUNT}:${sign(text)}` },
      body: bytes,
      signal: AbortSignal.timeout(20_000),
    });
    if (![201, 202, 409].includes(answer.status))
      throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
  };
  const secrets = { AZURE: by === 'sas' ? `?${sas()}` : KEY };
  return {
    url: server.url,
    // No container is named: the first part of a key is one, as an account of Azure Media Services has one
    // for each asset.
    entry: (endpoint) => ({ azure: { account: ACCOUNT, endpoint: `${endpoint}/${ACCOUNT}`, [by]: 'AZURE' } }),
    secrets,
    wrong: [
      {
        AZURE:
          by === 'sas' ? secrets.AZURE.replace(/sig=.{5}/, 'sig=AAAAA') : Buffer.from('another key').toString('base64'),
      },
    ],
    async put(key, bytes) {
      await send('PUT', key.split('/')[0], 'restype=container', {});
      await send('PUT', encode(key), '', { 'x-ms-blob-type': 'BlockBlob' }, bytes);
    },
    remove: (key) => send('DELETE', encode(key), '', {}),
    close: () => server.close(),
  };
}
