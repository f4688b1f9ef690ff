import type { z } from 'zod';
import { HttpProblem } from '../observe/http-problem.js';

/**
 * Names the first field at fault of a query string.
 *
 * @param asked - what was asked for, in the words of a sentence.
 */
export function invalidQuery({ issues: [issue] }: z.ZodError, asked: string): HttpProblem {
  const isUnknown = issue?.code === 'unrecognized_keys';
  const field = issue?.path.join('.') || (isUnknown ? issue.keys.join(', ') : '');
  const message = isUnknown ? `${asked} has no such parameter` : (issue?.message ?? 'not understood');
  return new HttpProblem('invalid_query', `${field}: ${message}`, { field });
}
