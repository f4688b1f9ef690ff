import type { Problem } from '@tidemark/protocol';
import type { Refusal } from './api-outcome.js';

/** Reads a refusal; the body counts only when it says that it is a problem. */
export async function readRefusal(response: Response): Promise<Refusal> {
  const problem = await readProblem(response);
  return problem === undefined ? { status: response.status } : { status: response.status, problem };
}

async function readProblem(response: Response): Promise<Problem | undefined> {
  if (!response.headers.get('content-type')?.startsWith('application/problem+json')) return undefined;
  const body: unknown = await response.json().catch(() => undefined); // cut off on the way: the status alone must do
  return isProblem(body) ? body : undefined;
}

function isProblem(body: unknown): body is Problem {
  return (
    typeof body === 'object' &&
    body !== null &&
    'detail' in body &&
    typeof body.detail === 'string' &&
    'code' in body &&
    typeof body.code === 'string'
  );
}
