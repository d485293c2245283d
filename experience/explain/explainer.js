// A worker of its own, which runs the core: the page goes on whatever a file makes of it, and can end it.
import { Handed } from './handed.js';

const tell = (what) => postMessage(what);

addEventListener('message', async ({ data: files }) => {
  try {
    // @ts-expect-error A build puts there what is made of src/explain.rs.
    const { explain } = await import('core');
    const handed = new Handed(files, tell);
    await explain(handed);
    tell({ type: 'done', bytes: handed.bytes });
  } catch (error) {
    tell({ type: 'failed', why: String(error.message ?? error) });
  }
});
