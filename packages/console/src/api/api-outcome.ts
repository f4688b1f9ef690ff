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
