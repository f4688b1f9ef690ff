import type { RiskRule } from '@tidemark/analytics/anomalies';
import { VELOCITY_SPAN_MS } from '@tidemark/analytics/features';
import type { OrderPhase } from '@tidemark/protocol';
import type { StoreConnection } from '../../store/connect.js';
import { type RecentEvent, readRecentEvents } from '../../store/features/recent-events.js';
import { readFlagPlaces, readFlags } from '../../store/flags/read-flags.js';
import type { KeptPolicy } from './policy-book.js';
import { type KindsReplay, REPLAY_LIMITS, replayKinds } from './replay-kinds.js';
import type { WrittenPolicy } from './risk-policy.js';
import { kindsLeftOut } from './simulate-kinds.js';
import { createLimitReplay, type IncidentReplay, type PolicyReplay, simulatePolicy } from './simulate-policy.js';
import { createHistoryReplay, type RuleReplay } from './simulate-rules.js';

export interface RuleHistory {
  readonly rules: readonly RuleReplay[];
  readonly days: number;
  readonly events: number;
  /** When the last event that was read happened; null for none. */
  readonly untilMs: number | null;
  /** There were more events, which were not shown for want of room or of time: the first of the span were. */
  readonly isCut: boolean;
  /** Subjects forgotten for want of room, whose counts began anew. */
  readonly evicted: number;
}

/** So far back may be asked. */
export const DAYS_MAX = 30;
/** Some ten seconds of work. */
export const EVENTS_MAX = 200_000;
/** After it nothing more is shown to rules, detectors and the policy's limit; what was shown by then is the answer. */
export const SHOWN_FOR_MS = REPLAY_LIMITS.timeMs;
export const JUDGED_MAX = 10_000;
const DAY_MS = 86_400_000;
const MICROS = 1_000;

export interface RulesQuestion {
  readonly workspaceId: string;
  readonly rules: readonly RiskRule[];
  readonly days: number;
}

/** What rules would have done over the last days, had they been there; nothing is raised. */
export async function replayHistory(
  store: StoreConnection,
  { workspaceId, rules, days }: RulesQuestion,
  clock: () => number,
): Promise<RuleHistory> {
  const nowMs = clock();
  const fromMs = nowMs - days * VELOCITY_SPAN_MS;
  const replay = createHistoryReplay(rules, fromMs);
  const span = { workspaceId, sinceMs: fromMs - VELOCITY_SPAN_MS, nowMs };
  const { shown, ...until } = await showEvents(store, span, clock, (event) =>
    replay.add({ visitor: event.visitorId, user: event.userId, device: event.queueId }, event),
  );
  const judged = await readFlags(store, workspaceId, {}, { status: ['resolved', 'false_positive'] }, JUDGED_MAX);
  return { ...replay.finish(judged), days, events: shown, ...until };
}

export interface PolicyHistory {
  /** Of kinds of which there were flags. */
  readonly kinds: readonly PolicyReplay[];
  /** Of kinds that were left out then, and would not be; null where there is none. */
  readonly replay: KindsReplay | null;
  /** Of the policy's limit; null for one without. */
  readonly limit: IncidentReplay | null;
  readonly days: number;
  /** Placed orders that were read for the limit. */
  readonly orders: number;
  /** There were more flags or orders, which were not shown for want of room or of time: the first of the span were. */
  readonly isCut: boolean;
}

export interface PolicyQuestion {
  readonly workspaceId: string;
  readonly policy: WrittenPolicy;
  /** The workspace's own until now, the newest first. */
  readonly versions: readonly KeptPolicy[];
  readonly days: number;
}

/** What a policy would have made of the last days; nothing is raised. */
export async function replayPolicy(
  store: StoreConnection,
  { workspaceId, policy, versions, days }: PolicyQuestion,
  clock: () => number,
): Promise<PolicyHistory> {
  const nowMs = clock();
  const fromMs = nowMs - days * DAY_MS;
  const flags = await readFlagsSince(store, workspaceId, fromMs);
  const { reportingLimit } = policy;
  const limit = reportingLimit === undefined ? undefined : createLimitReplay({ ...policy, reportingLimit }, fromMs);
  const ordered = { workspaceId, sinceMs: fromMs - DAY_MS, nowMs, phase: 'placed' } as const;
  const orders = limit && (await showEvents(store, ordered, clock, limit.add));
  const span = { workspaceId, policy, kinds: kindsLeftOut(heldSince(versions, fromMs), policy), fromMs, nowMs };
  return {
    kinds: simulatePolicy(flags, policy),
    replay: span.kinds.length === 0 ? null : await replayKinds(store, span, flags, clock),
    limit: limit?.finish(flags) ?? null,
    days,
    orders: orders?.shown ?? 0,
    isCut: orders?.isCut === true || flags.length === JUDGED_MAX,
  };
}

interface ShownSpan {
  readonly workspaceId: string;
  readonly sinceMs: number;
  readonly nowMs: number;
  /** Of orders, which alone are shown then. */
  readonly phase?: OrderPhase;
}

/** Shows the first events of a span: as many as there is room for, and time. */
async function showEvents(
  store: StoreConnection,
  { sinceMs, nowMs, ...of }: ShownSpan,
  clock: () => number,
  show: (event: RecentEvent) => void,
): Promise<Pick<RuleHistory, 'untilMs' | 'isCut'> & { readonly shown: number }> {
  let shown = 0;
  let untilMs: number | null = null;
  let isCut = false;
  await readRecentEvents(
    store,
    { sinceMs, receivedBeforeMs: nowMs + 1 },
    (event) => {
      isCut ||= shown === EVENTS_MAX || clock() > nowMs + SHOWN_FOR_MS;
      if (isCut) return;
      show(event);
      shown++;
      untilMs = Math.min(event.occurredAtMs, event.receivedAtMs);
    },
    { ...of, limit: EVENTS_MAX + 1 }, // whether there are more
  );
  return { shown, untilMs, isCut };
}

/** Those that held at some time since then, of those that are still known. */
function heldSince(versions: readonly KeptPolicy[], sinceMs: number): readonly WrittenPolicy[] {
  const later = versions.filter(({ changedAt }) => changedAt > sinceMs).length;
  return versions.slice(0, later + 1).map(({ policy }) => policy);
}

/** Those that changed since, the oldest change first: positions count microseconds. */
async function readFlagsSince(store: StoreConnection, workspaceId: string, sinceMs: number) {
  const collectors = Object.keys(await readFlagPlaces(store, workspaceId));
  const after = Object.fromEntries(collectors.map((id) => [id, sinceMs * MICROS]));
  return readFlags(store, workspaceId, after, {}, JUDGED_MAX);
}
