import { PROBLEM_STATUS, type Problem, type ProblemCode } from '@tidemark/protocol';

/** A request that is refused as a whole; ends up as `application/problem+json`. @see RFC 9457 */
export class HttpProblem extends Error {
  readonly code: ProblemCode;
  readonly field: string | undefined;
  readonly retryAfterSeconds: number | undefined;

  constructor(
    code: ProblemCode,
    detail: string,
    options: { readonly field?: string; readonly retryAfterSeconds?: number } = {},
  ) {
    super(detail);
    this.name = 'HttpProblem';
    this.code = code;
    this.field = options.field;
    this.retryAfterSeconds = options.retryAfterSeconds;
  }

  body(): Problem {
    return {
      type: `urn:tidemark:problem:${this.code}`,
      title: this.code.replaceAll('_', ' '),
      status: PROBLEM_STATUS[this.code],
      detail: this.message,
      code: this.code,
      ...(this.field === undefined ? {} : { field: this.field }),
    };
  }
}
