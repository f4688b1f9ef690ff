import type { FlagKind } from '@tidemark/analytics/anomalies';
import type { RiskFlag } from '@tidemark/protocol';
import type { StoreConnection } from '../../store/connect.js';
import { type PastSpan, readStretch } from '../../store/features/past-events.js';
import { LEARNT_FROM_MS } from '../risk/read-past.js';
import { createReadRiskRow, RISK_COLUMNS } from '../risk/risk-rows.js';
import type { WrittenPolicy } from './risk-policy.js';
import { createKindsReplay, type KindReplay } from './simulate-kinds.js';

/** What detectors of its own, shown the events again, find of kinds. Times are epoch milliseconds by the collector's clock. */
export interface KindsReplay {
  readonly kinds: readonly KindReplay[];
  /** That were shown, those to learn from among them. */
  readonly events: number;
  /** Of what came before they know nothing. */
  readonly learntFromMs: number;
  /** What came from here on, before `untilMs`, is counted. */
  readonly fromMs: number;
  readonly untilMs: number;
  /** Whether that is all that was asked for: otherwise there was more than is read, or than was read in time. */
  readonly complete: boolean;
}

export interface ReplaySpan {
  readonly workspaceId: string;
  readonly policy: WrittenPolicy;
  readonly kinds: readonly FlagKind[];
  readonly fromMs: number;
  readonly nowMs: number;
}

export interface ReplayLimits extends Pick<PastSpan, 'eventsMax' | 'sliceEvents'> {
  /** After it no slice is begun. */
  readonly timeMs: number;
}

/** Some two seconds of work. */
export const REPLAY_LIMITS: ReplayLimits = { eventsMax: 200_000, sliceEvents: 20_000, timeMs: 30_000 };

/**
 * Reads the events, and nothing of the detectors that are at work; raises nothing.
 *
 * @param flags - that were told since `fromMs`.
 */
export async function replayKinds(
  store: StoreConnection,
  { workspaceId, policy, kinds, fromMs, nowMs }: ReplaySpan,
  flags: readonly RiskFlag[],
  clock: () => number,
  { timeMs, ...limits }: ReplayLimits = REPLAY_LIMITS,
): Promise<KindsReplay> {
  const replay = createKindsReplay(workspaceId, policy, kinds, fromMs);
  const riskRow = createReadRiskRow();
  const span = { workspaceId, sinceMs: fromMs - LEARNT_FROM_MS, beforeMs: nowMs + 1, ...limits };
  let events = 0;
  const read = await readStretch(
    store,
    span,
    RISK_COLUMNS,
    (columns) => {
      const row = riskRow(columns);
      if (!row) return;
      replay.add(row);
      events++;
    },
    () => clock() - nowMs > timeMs,
  );
  return {
    kinds: replay.finish(flags),
    events,
    learntFromMs: read.fromMs,
    fromMs: Math.max(fromMs, read.fromMs),
    untilMs: read.untilMs,
    complete: read.fromMs <= fromMs && read.untilMs === span.beforeMs,
  };
}
