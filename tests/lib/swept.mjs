// The Worker over local R2, KV and a queue that a whole library is sent through.
import { local } from '../../scripts/lib/project.mjs';
import { VARS } from './admin.mjs';
import { startEdge } from './edge.mjs';

const QUEUE = 'millrace-sweep';
const DEAD = 'millrace-sweep-dead';

const CONSUMER = {
  queue: QUEUE,
  max_batch_size: 50,
  max_batch_timeout: 0,
  max_concurrency: 4,
  max_retries: 5,
  retry_delay: 1,
  dead_letter_queue: DEAD,
};

/** With nothing in the bucket yet. */
export const startSwept = () =>
  startEdge(undefined, {
    vars: VARS,
    config: {
      main: local('tests/lib/behind-cache.mjs'),
      queues: { producers: [{ binding: 'SWEEP', queue: QUEUE }], consumers: [CONSUMER] },
    },
  });
