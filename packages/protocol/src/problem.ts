/** Why a whole request was refused. The HTTP status follows from the code. */
export const PROBLEM_STATUS = {
  malformed_request: 400,
  unreadable_body: 400,
  invalid_batch: 400,
  invalid_config: 400,
  invalid_query: 400,
  invalid_request: 400,
  unknown_key: 401,
  bad_signature: 401,
  stale_timestamp: 401,
  malformed_key: 401,
  forbidden: 403,
  origin_not_allowed: 403,
  workspace_disabled: 403,
  not_found: 404,
  request_timeout: 408,
  replayed_nonce: 409,
  conflict: 409,
  body_too_large: 413,
  unsupported_encoding: 415,
  query_too_heavy: 422,
  rate_limited: 429,
  budget_exhausted: 429,
  headers_too_large: 431,
  busy: 503,
  disk_full: 503,
  store_unavailable: 503,
  internal: 500,
} as const;
export type ProblemCode = keyof typeof PROBLEM_STATUS;

/** Body of a refusal, `application/problem+json`. @see RFC 9457 */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  /** A sentence that says what to do. */
  readonly detail: string;
  readonly code: ProblemCode;
  /** The field at fault, where one is. */
  readonly field?: string;
}
