import type { Admission } from '../../ingest/admission.js';
import type { OverloadLimits } from './overload-limits.js';

/** Why a connection was closed from our side. */
export const CUT_REASONS = [
  'connections',
  'per_address',
  'slow_request',
  'slow_body',
  'unread_answer',
  'malformed',
  'refused_body',
] as const;
export type CutReason = (typeof CUT_REASONS)[number];

export interface GuardOptions {
  readonly limits: OverloadLimits;
  readonly admission: Admission;
  /** Whether a connection from there is a proxy's, which speaks for many. */
  readonly isProxy: (address: string) => boolean;
  /** Pages that may send cookies: their answers must name them. */
  readonly cookieOrigins: readonly string[];
  readonly countCut: (reason: CutReason) => void;
  readonly countRefused: () => void;
}
