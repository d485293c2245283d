// The running Worker does what docs/openapi.yaml says: requests made from it, answers held against it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { INDEXES, VARS, TOKEN, asOperator } from '../lib/admin.mjs';
import { BRIEF, briefFolder } from '../lib/brief.mjs';
import { startEdge } from '../lib/edge.mjs';
import { local } from '../../scripts/lib/project.mjs';
import { run } from '../../scripts/lib/run.mjs';
import { schemathesis } from '../../scripts/schemathesis.mjs';

/** The example of a key in the schema, so that some requests meet with a presentation. */
const EXAMPLE = 'tears.ism';

test('docs/openapi.yaml', async () => {
  const program = await schemathesis();
  const edge = await startEdge(await briefFolder(), { vars: { ...VARS, EXPERIENCE: 'on' } });
  try {
    for (const [key, bytes] of edge.files) await edge.MEDIA.put(key === BRIEF ? EXAMPLE : key.split('/').at(-1), bytes);
    assert.equal((await asOperator(edge)('PUT', `${INDEXES}/${EXAMPLE}`)).status, 200);
    const config = local('tests/edge/admin-schema.toml');
    const args = ['--config-file', config, 'run', local('docs/openapi.yaml'), '--url', new URL(edge.url).origin];
    const said = await run(program, args, { title: 'schemathesis', env: { ADMIN_TOKEN: TOKEN }, cwd: local('target') });
    assert.match(said, /Operations: +19 selected \/ 19 total/);
  } finally {
    await edge.close();
  }
});
