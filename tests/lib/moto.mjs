// S3 for tests: moto, with a user whose signatures it verifies.
import { createHash } from 'node:crypto';
import { motoServer } from '../../scripts/moto.mjs';
import { startServer } from './server.mjs';

const BUCKET = 'media';
const POLICY = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}';
/** Tells moto which of its services is meant; it is not verified until it is told to. */
const IAM = 'AWS4-HMAC-SHA256 Credential=test/20130524/us-east-1/iam/aws4_request, SignedHeaders=host, Signature=0';
const S3 = IAM.replace('/iam/', '/s3/');

export async function startS3() {
  const program = await motoServer();
  const server = await startServer(({ port }) => [program, ['-H', '127.0.0.1', '-p', String(port)]]);
  const send = async (path, method, body, authorization = S3) => {
    const answer = await fetch(server.url + path, {
      method,
      body,
      headers: { authorization },
      signal: AbortSignal.timeout(20_000),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return text;
  };
  const iam = (parameters) =>
    send('/', 'POST', new URLSearchParams({ Version: '2010-05-08', UserName: 'millrace', ...parameters }), IAM);
  const verify = (count) => send('/moto-api/reset-auth', 'POST', count);

  await iam({ Action: 'CreateUser' });
  const made = await iam({ Action: 'CreateAccessKey' });
  await iam({ Action: 'PutUserPolicy', PolicyName: 'all', PolicyDocument: POLICY });
  await send(`/${BUCKET}`, 'PUT');
  await verify('0');
  const [id, key] = ['AccessKeyId', 'SecretAccessKey'].map(
    (name) => new RegExp(`<${name}>(.+)</${name}>`).exec(made)[1],
  );
  return {
    url: server.url,
    entry: (endpoint, names = { access_key_id: 'S3_ID', secret_access_key: 'S3_KEY' }) => ({
      s3: { endpoint, region: 'us-east-1', bucket: BUCKET, ...names },
    }),
    secrets: { S3_ID: id, S3_KEY: key },
    wrong: [
      { S3_ID: id, S3_KEY: `${key.slice(0, -1)}!` },
      { S3_ID: 'AKIAIOSFODNN7EXAMPLE', S3_KEY: key },
    ],
    async put(name, bytes) {
      await verify('inf');
      await send(`/${BUCKET}/${encode(name)}`, 'PUT', bytes);
      await verify('0');
    },
    /** Many at once. */
    async putAll(names, bytes) {
      await verify('inf');
      for (let at = 0; at < names.length; at += 50)
        await Promise.all(names.slice(at, at + 50).map((name) => send(`/${BUCKET}/${encode(name)}`, 'PUT', bytes)));
      await verify('0');
    },
    async remove(name) {
      await verify('inf');
      await send(`/${BUCKET}/${encode(name)}`, 'DELETE');
      await verify('0');
    },
    /** As tools put large files: the entity tag is not of the bytes then, but of the parts. */
    async putInParts(name, bytes) {
      await verify('inf');
      const path = `/${BUCKET}/${encode(name)}`;
      const [, id] = /<UploadId>(.+)<\/UploadId>/.exec(await send(`${path}?uploads`, 'POST'));
      await send(`${path}?partNumber=1&uploadId=${id}`, 'PUT', bytes);
      const parts = `<Part><PartNumber>1</PartNumber><ETag>${createHash('md5').update(bytes).digest('hex')}</ETag></Part>`;
      await send(`${path}?uploadId=${id}`, 'POST', `<CompleteMultipartUpload>${parts}</CompleteMultipartUpload>`);
      await verify('0');
    },
    close: () => server.close(),
  };
}

export const encode = (key) => key.split('/').map(encodeURIComponent).join('/');
