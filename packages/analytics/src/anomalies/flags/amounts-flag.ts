import { type CandidateFlag, type FlagEvidence, makeFlag } from './flag.js';
import type { RiskEvent } from './risk-event.js';

const VERSION = 2;
const DAY_MS = 86_400_000;

export interface FoundAmounts {
  readonly productId: string;
  readonly fromMs: number;
  readonly surprise: number;
  readonly evidence: FlagEvidence;
  readonly text: string;
}

/** The orders of a product are of other sizes than they used to be. @param event - by which that was noticed. */
export function amountsFlag(
  { atMs }: RiskEvent,
  { productId, fromMs, surprise, evidence, text }: FoundAmounts,
): CandidateFlag {
  return makeFlag(
    {
      kind: 'drift',
      entityKind: 'product',
      entityId: productId,
      firstMs: Math.min(fromMs, atMs),
      lastMs: atMs,
      windowMs: DAY_MS,
      surprise,
      evidence: [evidence],
      reasons: [{ code: 'amounts_drift', text }],
    },
    VERSION,
  );
}
