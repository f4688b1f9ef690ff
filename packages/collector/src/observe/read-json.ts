import type { z } from 'zod';
import { HttpProblem } from './http-problem.js';
import { readInput } from './read-input.js';

/** A body as text. @throws {HttpProblem} `unreadable_body`. */
export function readJson(body: unknown): unknown {
  try {
    return JSON.parse(typeof body === 'string' ? body : '');
  } catch {
    throw new HttpProblem('unreadable_body', 'The body is not JSON.');
  }
}

/** What the schema makes of it. @throws {HttpProblem} `unreadable_body`, `invalid_request` with the field. */
export function readBody<S extends z.ZodType>(schema: S, body: unknown): z.output<S> {
  return readInput(schema, readJson(body));
}
