import type { z } from 'zod';
import { HttpProblem } from './http-problem.js';

/** Names come from the request, and a mistyped one may be as long as a body. */
const FIELD_SHOWN = 200;

/** @throws {HttpProblem} `invalid_request`, naming the field. */
export function readInput<S extends z.ZodType>(schema: S, value: unknown): z.output<S> {
  const read = schema.safeParse(value);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  const isUnknown = issue?.code === 'unrecognized_keys';
  const field = (isUnknown ? issue.keys.join(', ') : (issue?.path.join('.') ?? '')).slice(0, FIELD_SHOWN);
  const fault = isUnknown ? 'not known here' : (issue?.message ?? 'not understood');
  throw new HttpProblem('invalid_request', `${field || 'body'}: ${fault}.`, { field });
}
