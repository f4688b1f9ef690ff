import { type CandidateFlag, makeFlag } from './flag.js';

const VERSION = 3;
const DAY_MS = 86_400_000;

export type DeliveryFault = 'seq_gap' | 'late' | 'skew' | 'schema' | 'duplicates' | 'same_events';

/** When each fault of a device was last told. Plain data. */
export type ToldFaults = Partial<Record<DeliveryFault, number>>;

export interface FoundFault {
  readonly deviceId: string;
  readonly fault: DeliveryFault;
  readonly firstMs: number;
  readonly lastMs: number;
  /** What was counted or measured, and what it may be at the most. */
  readonly metric: string;
  readonly observed: number;
  readonly limit: number;
  readonly text: string;
}

/** Tells each fault of a device once a day. */
export function tellFault(told: ToldFaults, atMs: number, found: FoundFault): CandidateFlag | undefined {
  const { deviceId, fault, firstMs, lastMs, metric, observed, limit, text } = found;
  const toldMs = told[fault];
  if (toldMs !== undefined && Math.abs(atMs - toldMs) < DAY_MS) return undefined;
  told[fault] = atMs;
  return makeFlag(
    {
      kind: fault === 'same_events' ? 'replayed_stream' : 'data_quality',
      entityKind: 'device',
      entityId: deviceId,
      firstMs,
      lastMs,
      windowMs: DAY_MS,
      // One device in ten thousand does so by itself; more of it is rarer.
      surprise: Math.log(1e4) + Math.log(Math.max(1, observed / Math.max(1, limit))),
      evidence: [
        {
          metric,
          observed,
          expectedLow: 0,
          expectedHigh: limit,
          baselineSpanMs: 0,
          n: Math.max(1, Math.round(observed)),
        },
      ],
      reasons: [{ code: fault, text }],
    },
    VERSION,
  );
}
