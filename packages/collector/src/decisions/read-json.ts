import { HttpProblem } from '../observe/http-problem.js';

/** @throws {HttpProblem} `unreadable_body`. */
export function readJson(body: unknown): unknown {
  try {
    return JSON.parse(typeof body === 'string' ? body : '');
  } catch {
    throw new HttpProblem('unreadable_body', 'The body is not JSON.');
  }
}
