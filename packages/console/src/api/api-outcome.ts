import type { Problem } from '@tidemark/protocol';

/** What came of asking the collector. */
export type ApiOutcome<T> =
  | { readonly kind: 'ok'; readonly value: T }
  /** The collector answered, and said no. */
  | { readonly kind: 'refused'; readonly refusal: Refusal }
  /** No answer, or one that nobody can read. */
  | { readonly kind: 'unreachable' };

export interface Refusal {
  readonly status: number;
  /** The collector's own words; absent when something between it and the page answered. */
  readonly problem?: Problem;
}

/** 401 and 403: asking again with the same key is pointless. */
export function isKeyRefused(refusal: Refusal): boolean {
  return refusal.status === 401 || refusal.status === 403;
}

export function refusalOf(outcome: ApiOutcome<unknown>): Refusal | undefined {
  return outcome.kind === 'refused' ? outcome.refusal : undefined;
}

/** A sentence for who looks at the page. @param refusal - undefined when nobody answered. */
export function faultOf(refusal: Refusal | undefined): string {
  if (refusal === undefined) return 'The collector does not answer.';
  return refusal.problem?.detail ?? `The collector answered with status ${refusal.status}.`;
}
