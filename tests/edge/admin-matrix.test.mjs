// Every route, every method, every way to have no token and every spelling of a path: refused by one rule each,
// and nothing is read or written on the way.
import assert from 'node:assert/strict';
import net from 'node:net';
import { before, test } from 'node:test';
import { INDEXES, TOKEN, VARS } from '../lib/admin.mjs';
import { BRIEF, briefFolder } from '../lib/brief.mjs';
import { withWorker } from '../lib/counted.mjs';

const ONE = `${INDEXES}/${BRIEF}`;
const HEALTH = '/_millrace/health';
const METHODS = ['GET', 'HEAD', 'PUT', 'DELETE', 'POST', 'PATCH', 'OPTIONS'];
const RIGHT = { authorization: `Bearer ${TOKEN}` };

/** Each way not to have the token. */
const STRANGERS = {
  'no token': {},
  'a wrong token': { authorization: 'Bearer wrong' },
  'the token and more': { authorization: `Bearer ${TOKEN}, Bearer ${TOKEN}` },
  'two headers, the second right': { authorization: ['Bearer wrong', `Bearer ${TOKEN}`] },
  'the token in another case': { authorization: `Bearer ${TOKEN.toUpperCase()}` },
  'the token as a password': { authorization: `Basic ${Buffer.from(`admin:${TOKEN}`).toString('base64')}` },
  'the token percent-encoded': { authorization: `Bearer ${TOKEN.replaceAll('-', '%2d')}` },
  'the token in a cookie': { cookie: `token=${TOKEN}; ADMIN_TOKEN=${TOKEN}` },
  'the token in other headers': { 'x-auth-token': TOKEN, 'proxy-authorization': `Bearer ${TOKEN}`, 'x-api-key': TOKEN },
};
const QUERIES = [
  '',
  `?token=${TOKEN}`,
  `?access_token=${TOKEN}`,
  `?authorization=Bearer%20${TOKEN}`,
  `?limit=1&token=${TOKEN}`,
];

/** Paths under `/_millrace`, spelt as no resource is. */
const TRICKS = [
  '/_millrace',
  '/_millrace/',
  '/_millrace//',
  '/_millrace//indexes',
  '/_millrace/indexes/',
  '/_millrace/indexes//',
  '/_millrace/Indexes',
  '/_millrace/INDEXES',
  '/_millrace/indexes;x',
  '/_millrace/indexes%00',
  '/_millrace/indexes%20',
  '/_millrace/indexes%3flimit=1',
  '/_millrace/index%65s',
  '/_millrace%2findexes',
  `/_millrace%2Findexes/${BRIEF}`,
  '/_millrace/health/',
  '/_millrace/health%00',
  '/_millrace/healt%68',
  '//_millrace/indexes',
  '///_millrace/indexes',
  '/%5fmillrace/indexes',
  '/%5Fmillr%61ce/indexes',
  '/%2f_millrace/indexes',
  '/%2F%2F_millrace/indexes',
  `${INDEXES}//${BRIEF}`,
  `${INDEXES}/films//brief.ism`,
  `${INDEXES}/x/../${BRIEF}`,
  `${INDEXES}/x/%2e%2e/${BRIEF}`,
  `${INDEXES}/../indexes/${BRIEF}`,
  `${INDEXES}/films%2fbrief.ism`,
  `${INDEXES}/films%5cbrief.ism`,
  `${INDEXES}/films/brief.ism%00`,
  `${INDEXES}/films/%00brief.ism`,
  `${INDEXES}/films/brief%0a.ism`,
  `${INDEXES}/films/brief.ism/`,
  `${INDEXES}/films/brief.ism/Manifest`,
  `${INDEXES}/films/x%2f..%2fbrief.ism`,
  `${INDEXES}/films/..%2fbrief.ism`,
  `${INDEXES}/films/%2e%2e%2fbrief.ism`,
  `${INDEXES}/films/x%2f%2e%2e%2fbrief.ism`,
  `${INDEXES}/%2e%2e%5c..%5cbrief.ism`,
  `${INDEXES}/films/%c0%afbrief.ism`,
  `${INDEXES}/films/%ff.ism`,
  `${INDEXES}/brief_200k.ismv`,
  `${INDEXES}/${'a'.repeat(600)}.ism`,
];

/** Paths that lead there only for whoever tidies them up, and paths that only look like it. */
const BESIDE = [
  `/films/../_millrace/indexes/${BRIEF}`,
  `/films/%2e%2e/_millrace/indexes/${BRIEF}`,
  `/films/.%2E/_millrace/indexes/${BRIEF}`,
  `/./_millrace/indexes/${BRIEF}`,
  `/%2e/_millrace/indexes/${BRIEF}`,
  `/../../_millrace/indexes/${BRIEF}`,
  `/\\_millrace\\indexes\\films\\brief.ism`,
  `/films\\..\\_millrace/indexes/${BRIEF}`,
  `/%5c_millrace/indexes/${BRIEF}`,
  `/%00/_millrace/indexes/${BRIEF}`,
  '/_MILLRACE/indexes',
  '/_millrac%C3%A9/indexes',
  '/_millrace%00/indexes',
  '/_millrace;/indexes',
  '/_millrace.ism/indexes',
  '/%255fmillrace/indexes',
  '/x/_millrace/indexes',
  '/_millrace%5cindexes',
];

/** What stands in a request line only if it is written by hand. */
const TARGETS = [
  `${ONE}\0`,
  '/_millrace\0/indexes',
  `/\t${INDEXES}`,
  `${INDEXES}#`,
  `http://other.example${ONE}`,
  `http://other.example@127.0.0.1${ONE}`,
  '_millrace/indexes',
  '*',
];

let folder;

before(async () => {
  folder = await briefFolder();
});

/** A Worker with the API, and whatever `use` does to it: storage is asked nothing, and is as it was. */
const untouched = (use) =>
  withWorker(folder, { vars: VARS }, async (worker, storage) => {
    const [objects, values] = [new Map(storage.objects), new Map(storage.values)];
    await use(worker);
    assert.deepEqual(storage.taken(), []);
    assert.deepEqual([storage.objects, storage.values], [objects, values]);
  });

for (const [who, headers] of Object.entries(STRANGERS)) {
  test(`${who}: 401 on every path under /_millrace and with every method, whatever the query`, () =>
    untouched(async (worker) => {
      for (const path of [INDEXES, ONE, `${INDEXES}/films/none.ism`, '/_millrace/nothing', ...TRICKS]) {
        for (const method of METHODS) {
          for (const query of path === INDEXES || path === ONE ? QUERIES : QUERIES.slice(0, 2)) {
            const answer = await worker.send(
              method,
              path + query,
              headers,
              method === 'PUT' ? Buffer.from('x') : undefined,
            );
            const what = `${method} ${path}${query}: ${answer.status}`;
            assert.equal(answer.status, 401, what);
            assert.equal(answer.headers['cache-control'], 'no-store', what);
            assert.equal(answer.headers['access-control-allow-origin'], undefined, what);
          }
        }
      }
      assert.ok(!worker.logged().includes(TOKEN), 'the token is in the log');
    }));
}

test('the right token opens no path that is spelt otherwise: 400 or 404', () =>
  untouched(async (worker) => {
    for (const path of TRICKS) {
      for (const method of METHODS) {
        const { status } = await worker.send(method, path, RIGHT);
        assert.ok([400, 404].includes(status), `${method} ${path}: ${status}`);
      }
    }
  }));

test('the right token and a method that the resource does not have: 405, and which it has', () =>
  untouched(async (worker) => {
    for (const [path, has] of /** @type {[path: string, has: string[]][]} */ ([
      [HEALTH, ['GET', 'HEAD']],
      [INDEXES, ['GET', 'HEAD']],
      ['/_millrace/sweep', ['GET', 'HEAD', 'POST']],
      [ONE, ['GET', 'HEAD', 'PUT', 'DELETE']],
    ])) {
      for (const method of METHODS.filter((method) => !has.includes(method))) {
        const { status, headers } = await worker.send(method, path, RIGHT);
        assert.deepEqual([status, headers.allow], [405, has.join(', ')], `${method} ${path}`);
      }
    }
  }));

test('a method in a header is none', () =>
  withWorker(folder, { vars: VARS }, async (worker, storage) => {
    for (const name of ['x-http-method-override', 'x-http-method', 'x-method-override']) {
      assert.equal((await worker.send('GET', ONE, { ...RIGHT, [name]: 'DELETE' })).status, 200);
      assert.equal((await worker.get(`${ONE}?_method=DELETE`, RIGHT)).status, 200);
    }
    assert.ok(storage.taken().every(({ method }) => method === 'get'));
  }));

test('what is beside the API is a path like any other: refused without a look at storage, token or not', () =>
  untouched(async (worker) => {
    for (const path of BESIDE) {
      for (const method of METHODS) {
        for (const headers of [{}, RIGHT]) {
          const { status } = await worker.send(method, path, headers);
          assert.ok(
            [400, 404, 405].includes(status) || (method === 'OPTIONS' && status === 204),
            `${method} ${path}: ${status}`,
          );
        }
      }
    }
  }));

test('request lines that no client writes', () =>
  untouched(async (worker) => {
    for (const target of TARGETS) {
      for (const method of ['GET', 'PUT', 'DELETE', 'get', 'DELETE\0']) {
        const status = await raw(
          worker.url,
          `${method} ${target} HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`,
        );
        assert.ok(status >= 400 && status <= 501 && status !== 500, `${method} ${JSON.stringify(target)}: ${status}`);
      }
    }
  }));

/** The status that a request gets which is sent as it is; 400 if the connection is closed without an answer. */
function raw(base, text) {
  const { hostname, port } = new URL(base);
  return new Promise((resolve, reject) => {
    let said = '';
    const socket = net.connect({ host: hostname, port: Number(port) }, () => socket.write(text));
    socket.setEncoding('latin1').on('data', (more) => (said += more));
    socket.setTimeout(10_000, () => socket.destroy(new Error(`no answer to ${JSON.stringify(text)}`)));
    socket.on('error', (/** @type {NodeJS.ErrnoException} */ error) =>
      error.code === 'ECONNRESET' ? resolve(400) : reject(error),
    );
    socket.on('close', () => resolve(Number(/^HTTP\/1\.1 (\d+)/.exec(said)?.[1] ?? 400)));
  });
}
