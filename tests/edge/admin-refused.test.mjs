// Whoever has no token, and whoever plays tricks: refused, logged, and no storage is asked anything.
import assert from 'node:assert/strict';
import net from 'node:net';
import { test } from 'node:test';
import { INDEXES, TOKEN, VARS } from '../lib/admin.mjs';
import { BRIEF, briefFolder } from '../lib/brief.mjs';
import { withWorker } from '../lib/counted.mjs';

const METHODS = ['GET', 'HEAD', 'PUT', 'DELETE', 'POST', 'PATCH', 'OPTIONS'];
const ROUTES = [INDEXES, `${INDEXES}/${BRIEF}`];
const TRICKS = [
  `${INDEXES}/%2e%2e/a.ism`,
  `${INDEXES}/x/%2e%2e/%2e%2e/films/brief.ism`,
  `${INDEXES}/../films/brief.ism`,
  `${INDEXES}//films/brief.ism`,
  `/${INDEXES}`,
  `${INDEXES}/films%2fbrief.ism`,
  `${INDEXES}/films%5Cbrief.ism`,
  `${INDEXES}/films/brief%00.ism`,
  `${INDEXES}/films/%ff.ism`,
  `/%5fmillrace/indexes/${BRIEF}`,
  `/_millrace%2findexes%2f${BRIEF}`,
  `${INDEXES}/${BRIEF}/Manifest`,
];
const WRONG = [
  undefined,
  '',
  'Bearer',
  'Bearer ',
  `Bearer ${TOKEN}x`,
  `Bearer ${TOKEN.slice(1)}`,
  `Basic ${TOKEN}`,
  TOKEN,
];

const asked = (authorization) => (authorization === undefined ? {} : { authorization });

test('every route and method without the token: 401, a line in the log, nothing touched', async () =>
  withWorker(await briefFolder(), { vars: VARS }, async (worker, storage) => {
    for (const route of [...ROUTES, '/_millrace/', '/_millrace/nothing']) {
      for (const method of METHODS) {
        for (const authorization of WRONG) {
          for (const query of ['', `?token=${TOKEN}`, `?access_token=${TOKEN}`]) {
            const answer = await worker.send(method, route + query, asked(authorization));
            const what = `${method} ${route}${query} ${authorization}`;
            assert.equal(answer.status, 401, what);
            assert.match(answer.headers['www-authenticate'], /^Bearer/, what);
            assert.equal(answer.headers['cache-control'], 'no-store', what);
          }
        }
        const log = worker.logged();
        assert.ok(
          log.split('\n').filter((line) => line.includes(route) && line.includes('401')).length >= WRONG.length,
          log,
        );
        assert.ok(!log.includes(TOKEN.slice(1)), 'the token is in the log');
      }
    }
    assert.deepEqual(storage.taken(), []);
  }));

test('tricks with paths and methods, with the token and without: refused, nothing touched', async () =>
  withWorker(await briefFolder(), { vars: VARS }, async (worker, storage) => {
    for (const trick of TRICKS) {
      for (const method of METHODS) {
        for (const authorization of [`Bearer ${TOKEN}`, undefined]) {
          const { status } = await worker.send(method, trick, asked(authorization));
          assert.ok([400, 401, 404, 405].includes(status), `${method} ${trick}: ${status}`);
        }
      }
    }
    for (const [method, route, allow] of [
      ['PUT', INDEXES, 'GET, HEAD'],
      ['DELETE', INDEXES, 'GET, HEAD'],
      ['POST', ROUTES[1], 'GET, HEAD, PUT, DELETE'],
      ['POST', '/_millrace/health', 'GET, HEAD'],
    ]) {
      const { status, headers } = await worker.send(method, route, asked(`Bearer ${TOKEN}`));
      assert.deepEqual([status, headers.allow], [405, allow]);
    }
    assert.deepEqual(storage.taken(), []);
  }));

/** What is answered to an upload that ends before it says that it does. */
function brokenOff(url, path, announced, part) {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = net.connect({ host: hostname, port: Number(port), allowHalfOpen: true });
    let answer = '';
    socket.setEncoding('utf8').on('data', (text) => (answer += text));
    socket.once('error', reject).once('end', () => {
      socket.destroy();
      resolve(answer);
    });
    socket.end(`PUT ${path} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${TOKEN}\r\n${announced}\r\n\r\n${part}`);
  });
}

test('an upload that breaks off: 400, a line in the log, nothing touched', async () =>
  withWorker(await briefFolder(), { vars: VARS }, async (worker, storage) => {
    const part = 'x'.repeat(100);
    for (const [announced, sent] of [
      ['content-length: 1000', part],
      ['transfer-encoding: chunked', `3e8\r\n${part}`],
      ['transfer-encoding: chunked', `64\r\n${part}\r\n`],
    ]) {
      const answer = await brokenOff(worker.url, ROUTES[1], announced, sent);
      assert.match(answer, /^HTTP\/1\.1 400 /);
      assert.match(answer, /the body breaks off before its end/);
      assert.match(worker.logged(), /the body breaks off before its end/);
    }
    assert.deepEqual(storage.taken(), []);
  }));

/** @type {Record<string, Record<string, string>>} */
const CLOSED = { 'without a secret': {}, 'with an empty secret': { ADMIN_TOKEN: '' } };

for (const [what, vars] of Object.entries(CLOSED)) {
  test(`${what} the API does not exist`, async () =>
    withWorker(await briefFolder(), { vars }, async (worker, storage) => {
      const nothing = await worker.get('/nothing/of/the/kind');
      for (const route of [...ROUTES, '/_millrace/', ...TRICKS]) {
        for (const authorization of [`Bearer ${TOKEN}`, 'Bearer ', undefined]) {
          for (const method of ['GET', 'PUT', 'DELETE']) {
            const answer = await worker.send(method, route, asked(authorization));
            assert.ok([400, 404, 405].includes(answer.status), `${method} ${route}`);
            if (ROUTES.includes(route)) assert.deepEqual([answer.status, answer.text], [404, nothing.text]);
          }
        }
      }
      assert.deepEqual(storage.taken(), []);
      assert.equal((await worker.get('/_millrace/health')).status, 200);
    }));
}
