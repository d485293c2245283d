// Google Cloud Storage for tests: fake-gcs-server, which checks no credentials and ignores `If-Match`.
import { chmod } from 'node:fs/promises';
import { fakeGcsServer } from '../../scripts/fake-gcs.mjs';
import { startServer } from './server.mjs';

const BUCKET = 'media';

export async function startGcs() {
  const program = await fakeGcsServer();
  await chmod(program, 0o755);
  const server = await startServer(({ port }) => {
    const where = ['-scheme', 'http', '-host', '127.0.0.1', '-port', String(port), '-public-host', '127.0.0.1'];
    return [program, ['-backend', 'memory', ...where]];
  });
  const post = async (path, type, body) => {
    const answer = await fetch(server.url + path, {
      method: 'POST',
      headers: { 'content-type': type },
      body,
      signal: AbortSignal.timeout(20_000),
    });
    if (!answer.ok) throw new Error(`POST ${path}: ${answer.status} ${await answer.text()}`);
    await answer.arrayBuffer();
  };
  await post('/storage/v1/b', 'application/json', JSON.stringify({ name: BUCKET }));
  return {
    url: server.url,
    // The Worker asks it as an S3, which Google's servers are too, with what they call HMAC keys.
    entry: (endpoint) => ({
      s3: { endpoint, region: 'auto', bucket: BUCKET, access_key_id: 'GS_ID', secret_access_key: 'GS_KEY' },
    }),
    secrets: { GS_ID: 'id', GS_KEY: 'key' },
    put: (name, bytes) =>
      post(
        `/upload/storage/v1/b/${BUCKET}/o?uploadType=media&name=${encodeURIComponent(name)}`,
        'application/octet-stream',
        bytes,
      ),
    async remove(name) {
      const answer = await fetch(`${server.url}/storage/v1/b/${BUCKET}/o/${encodeURIComponent(name)}`, {
        method: 'DELETE',
      });
      if (!answer.ok) throw new Error(`DELETE ${name}: ${answer.status} ${await answer.text()}`);
    },
    close: () => server.close(),
  };
}
