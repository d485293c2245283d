// The short form of `npm run soak`.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { soak, told, troubleIn } from '../soak/soak.mjs';

/** `SOAK_SEED=… node --test tests/edge/soak.test.mjs` makes the choices of an earlier run again. */
const SEED = Number(process.env.SOAK_SEED ?? Math.floor(Math.random() * 2 ** 32));

test('20,000 requests while stores fail and files are replaced: the right bytes or none, and memory stays flat', async (t) => {
  const result = await soak({ requests: 20_000, presentations: 200, seed: SEED });
  t.diagnostic(told(result));
  assert.deepEqual(troubleIn(result), []);
  assert.equal(result.requests, 20_000);
  for (const kind of ['media', 'text', 'boxes', 'manifest'])
    assert.ok(result.answers.get(`${kind} 200`) > 100, `${kind}: too few to say anything`);
});
