import { HttpProblem } from './http-problem.js';

/** What only the store can answer, while it does not answer yet. */
export function storeStarting(): HttpProblem {
  return new HttpProblem('store_unavailable', 'The store is starting; try again in a moment.', {
    retryAfterSeconds: 1,
  });
}
