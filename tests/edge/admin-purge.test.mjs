// A purge reaches the cache in front, through the runtime's `ctx.cache`, which is played here.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { INDEXES, VARS, asOperator } from '../lib/admin.mjs';
import { BRIEF, briefFolder } from '../lib/brief.mjs';
import { withWorker } from '../lib/counted.mjs';

/** The Worker behind a Workers Cache whose `purge` does this. */
const behindCache = (purge) => `
import Worker from './index.js';
export default {
  fetch(request, env, ctx) {
    Object.defineProperty(ctx, 'cache', { value: { purge: ${purge} } });
    return Worker.fetch(request, env, ctx);
  },
};`;

test('everything with the tag of the presentation, and everything under its path as clients spell it', async () => {
  const front = behindCache("async (what) => console.log('purged', JSON.stringify(what))");
  await withWorker(await briefFolder(), { vars: VARS, front }, async (worker, storage) => {
    const ask = asOperator(worker);
    for (const key of [BRIEF, 'gr%C3%B6%C3%9Fe%20(1)/a%25.ism']) {
      const answer = await ask('DELETE', `${INDEXES}/${key}`);
      assert.equal(JSON.parse(answer.text).cache, 'purged', answer.text);
      assert.ok(worker.logged().includes(`purged {"tags":["${key}"],"pathPrefixes":["/${key}/"]}`), key);
    }
    assert.deepEqual(
      storage.taken().map(({ store, method }) => `${store} ${method}`),
      ['kv delete', 'kv list', 'kv delete', 'kv list'],
    );
    assert.equal(storage.values.size, 0);
    assert.equal((await worker.get(`/${BRIEF}/Manifest`)).status, 200, 'and there it is again');
  });
});

for (const [how, purge] of [
  ['throws', "async () => { throw new Error('too many purges') }"],
  ['says so', "async () => ({ success: false, errors: [{ code: 1, message: 'too many purges' }] })"],
]) {
  test(`a cache that refuses, and ${how}: 503, with the index forgotten`, () => refused(behindCache(purge)));
}

async function refused(front) {
  await withWorker(await briefFolder(), { vars: VARS, front }, async (worker, storage) => {
    const answer = await asOperator(worker)('DELETE', `${INDEXES}/${BRIEF}`);
    assert.equal(answer.status, 503);
    assert.match(answer.headers['retry-after'], /^\d+$/);
    assert.ok(JSON.parse(answer.text).detail.includes('too many purges'), answer.text);
    assert.equal(storage.values.size, 0);
  });
}
