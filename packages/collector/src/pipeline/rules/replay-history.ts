import type { RiskRule } from '@tidemark/analytics/anomalies';
import { VELOCITY_SPAN_MS } from '@tidemark/analytics/features';
import type { StoreConnection } from '../../store/connect.js';
import { readRecentEvents } from '../../store/features/recent-events.js';
import { readFlagPlaces, readFlags } from '../../store/flags/read-flags.js';
import type { WrittenPolicy } from './risk-policy.js';
import { createLimitReplay, type LimitReplay, type PolicyReplay, simulatePolicy } from './simulate-policy.js';
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
const DAY_MS = 86_400_000;
const MICROS = 1_000;

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

export interface PolicyHistory {
  /** Of kinds of which there were flags. */
  readonly kinds: readonly PolicyReplay[];
  /** Of the policy's limit; null for one without. */
  readonly limit: LimitReplay | null;
  readonly days: number;
  /** Placed orders that were read for the limit. */
  readonly orders: number;
  /** There were more flags or orders, which were not read: the first of the span were. */
  readonly isCut: boolean;
}

/** What a policy would have made of the last days; nothing is raised. */
export async function replayPolicy(
  store: StoreConnection,
  workspaceId: string,
  policy: WrittenPolicy,
  days: number,
  nowMs: number,
): Promise<PolicyHistory> {
  const fromMs = nowMs - days * DAY_MS;
  const flags = await readFlagsSince(store, workspaceId, fromMs);
  const { reportingLimit } = policy;
  const replay = reportingLimit === undefined ? undefined : createLimitReplay(reportingLimit, fromMs);
  let orders = 0;
  if (replay) {
    await readRecentEvents(
      store,
      { sinceMs: fromMs - DAY_MS, receivedBeforeMs: nowMs + 1 },
      (event) => {
        replay.add(event);
        orders += 1;
      },
      { workspaceId, limit: EVENTS_MAX, type: 'order' },
    );
  }
  const isCut = flags.length === JUDGED_MAX || orders === EVENTS_MAX;
  const judged = flags.filter(({ status }) => status === 'resolved' || status === 'false_positive');
  return { kinds: simulatePolicy(flags, policy), limit: replay?.finish(judged) ?? null, days, orders, isCut };
}

/** Those that changed since, the oldest change first: positions count microseconds. */
async function readFlagsSince(store: StoreConnection, workspaceId: string, sinceMs: number) {
  const collectors = Object.keys(await readFlagPlaces(store, workspaceId));
  const after = Object.fromEntries(collectors.map((id) => [id, sinceMs * MICROS]));
  return readFlags(store, workspaceId, after, {}, JUDGED_MAX);
}
