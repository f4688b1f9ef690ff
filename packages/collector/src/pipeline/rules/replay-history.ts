import type { RiskRule } from '@tidemark/analytics/anomalies';
import { VELOCITY_SPAN_MS } from '@tidemark/analytics/features';
import type { StoreConnection } from '../../store/connect.js';
import { readRecentEvents } from '../../store/features/recent-events.js';
import { readFlags } from '../../store/flags/read-flags.js';
import { createHistoryReplay, type RuleReplay } from './simulate-rules.js';

export interface RuleHistory {
  readonly rules: readonly RuleReplay[];
  readonly days: number;
  readonly events: number;
  /** When the last event that was read happened; null for none. */
  readonly untilMs: number | null;
  /** There were more events, which were not read: the first of the span were. */
  readonly isCut: boolean;
  /** Subjects forgotten for want of room, whose counts began anew. */
  readonly evicted: number;
}

/** Some ten seconds of work, in turns. */
const EVENTS_MAX = 200_000;
const JUDGED_MAX = 10_000;

/** What rules would have done over the last days, had they been there; nothing is raised. */
export async function replayHistory(
  store: StoreConnection,
  workspaceId: string,
  rules: readonly RiskRule[],
  days: number,
  nowMs: number,
): Promise<RuleHistory> {
  const fromMs = nowMs - days * VELOCITY_SPAN_MS;
  const replay = createHistoryReplay(rules, fromMs);
  let events = 0;
  let untilMs: number | null = null;
  await readRecentEvents(
    store,
    { sinceMs: fromMs - VELOCITY_SPAN_MS, receivedBeforeMs: nowMs + 1 },
    (event) => {
      replay.add({ visitor: event.visitorId, user: event.userId, device: event.queueId }, event);
      events += 1;
      untilMs = Math.min(event.occurredAtMs, event.receivedAtMs);
    },
    { workspaceId, limit: EVENTS_MAX },
  );
  const judged = await readFlags(store, workspaceId, {}, { status: ['resolved', 'false_positive'] }, JUDGED_MAX);
  return { ...replay.finish(judged), days, events, untilMs, isCut: events === EVENTS_MAX };
}
