// The local R2 and KV that `wrangler dev` uses, written from outside.
//
// A small Worker of our own takes each file as a stream and puts it where the binding leads, so that a
// file of any size needs no memory here. Of wrangler's own ways none is faster, and `getPlatformProxy`
// holds a whole file as one base64 string: it fails at 400 MB.
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import http from 'node:http';
import path from 'node:path';
import { Miniflare, convertV4MiniflareOptions } from 'miniflare';
import { unstable_readConfig as readConfig } from 'wrangler';
import { local } from '../lib/project.mjs';
import { ScriptError } from '../lib/errors.mjs';

/** What R2 takes in one put. More would need an upload in parts, whose etag is no MD5. */
const LARGEST_PUT = 5_363_466_240;

const WRITER = `export default {
  async fetch(request, { MEDIA, INDEX }) {
    const key = decodeURIComponent(request.headers.get('x-key'));
    switch (request.method + new URL(request.url).pathname) {
      case 'PUT/r2': return new Response((await MEDIA.put(key, request.body ?? new Uint8Array())).etag);
      case 'DELETE/r2': return new Response(await MEDIA.delete(key));
      case 'DELETE/kv': return new Response(await INDEX.delete(key));
    }
  },
};`;

/** Names of what wrangler.toml binds, by which the local stores are told apart. */
export function bindingNames() {
  const config = readConfig({ config: local('wrangler.toml') });
  const bucket = config.r2_buckets.find(({ binding }) => binding === 'MEDIA');
  const namespace = config.kv_namespaces.find(({ binding }) => binding === 'INDEX');
  if (!bucket || !namespace)
    throw new ScriptError('wrangler.toml has to bind an R2 bucket as MEDIA and a KV namespace as INDEX.');
  return {
    bucket: bucket.preview_bucket_name ?? bucket.bucket_name,
    namespace: namespace.preview_id ?? namespace.id ?? 'INDEX',
  };
}

/** Opens the stores under `state` (what `wrangler dev --persist-to` is given). */
export async function openStores(state, { bucket, namespace }) {
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      modules: true,
      script: WRITER,
      compatibilityDate: '2026-10-01',
      r2Buckets: { MEDIA: bucket },
      kvNamespaces: { INDEX: namespace },
      resourcePersistencePath: path.join(state, 'v3'),
    }),
  );
  const url = await miniflare.ready;
  return {
    /**
     * @param {string} key
     * @param {string} file
     * @param {(count: number) => void} onBytes is told of each piece that left
     */
    async putFile(key, file, onBytes) {
      const { size } = await stat(file);
      if (size > LARGEST_PUT) throw new ScriptError(`${file} is larger than R2 takes in one piece (4.995 GiB).`);
      return send(url, 'PUT', '/r2', key, size, createReadStream(file, { highWaterMark: 1 << 20 }), onBytes);
    },
    deleteFile: (key) => send(url, 'DELETE', '/r2', key),
    /** Deletes the index of a presentation. Its pages stay: the same files have the same. */
    deleteIndex: (presentation) => send(url, 'DELETE', '/kv', `index/${presentation}`),
    close: () => miniflare.dispose(),
  };
}

/**
 * One request to the writer. Node's `fetch` would not send a length with a stream.
 * @param {URL} url
 * @param {'PUT' | 'DELETE'} method
 * @param {'/r2' | '/kv'} pathname
 * @param {string} key
 * @param {number} [size]
 * @param {import('node:stream').Readable} [body]
 * @param {(count: number) => void} [onBytes]
 * @returns {Promise<void>}
 */
function send(url, method, pathname, key, size = 0, body = undefined, onBytes = undefined) {
  return new Promise((resolve, reject) => {
    const headers = { 'x-key': encodeURIComponent(key), 'content-length': size };
    const request = http.request(new URL(pathname, url), { method, headers }, async (response) => {
      let text = '';
      for await (const chunk of response.setEncoding('utf8')) text += chunk;
      if (response.statusCode === 200) resolve();
      else reject(new ScriptError(`The local store refused ${key}.`, { output: text }));
    });
    request.on('error', (error) => reject(new ScriptError(`The local store broke off at ${key}: ${error.message}`)));
    if (!body) return request.end();
    body.on('error', (error) => request.destroy(error));
    body.on('data', (chunk) => onBytes(chunk.length));
    body.pipe(request);
  });
}
