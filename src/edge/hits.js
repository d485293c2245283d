// Answers that a cache gave, where requests are counted.

// @ts-expect-error A build puts the Worker there.
import { hit } from 'worker';
import { called } from './called.js';
import { linesOf } from './lines.js';

/**
 * Takes note of what a cache answered to a request.
 * @param {Request} request
 * @param {Response} answer
 * @param {Record<string, any>} env
 */
export function record(request, { status, headers, body }, env) {
  called(hit, linesOf(request), request, status, body ? Number(headers.get('content-length')) : 0, env);
}
