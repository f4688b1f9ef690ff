import type { FlagTriage, RiskFlag } from '@tidemark/protocol';
import { BUDGET, type BudgetOf, overBudget } from './flag-budget.js';
import type { Found, Judged } from './found-flags.js';

export const ROLL_UP_KIND = 'rolled_up';
/** Event ids of a flag: so many first ones, and as many of the latest. */
const EVENT_IDS_HALF = 10;

export function newFlag(flagId: string, collectorId: string, one: Found, judged: Judged): RiskFlag {
  return {
    flagId,
    kind: judged.kind,
    severity: judged.severity,
    entity: { kind: judged.entityKind, id: judged.entityId },
    surface: one.surface,
    status: 'open',
    statusReason: '',
    statusBy: '',
    statusAt: 0,
    snoozedUntil: 0,
    score: judged.surprise,
    count: 1,
    firstAt: judged.firstMs,
    lastAt: judged.lastMs,
    raisedAt: one.receivedAtMs,
    evidence: {
      metrics: judged.evidence,
      eventIds: addEventId([], one.eventId),
      eventsUrl: `/v1/flags/${flagId}/events`,
    },
    reasons: judged.reasons,
    detector: judged.detector,
    detectorVersion: judged.version,
    rolledUp: 0,
    collectorId,
    position: 0,
  };
}

/** The same incident, noticed again; what is found out of it by and by is told together, by its gravest moment first. */
export function countedUp(
  flag: RiskFlag,
  one: Found,
  judged: Judged,
): { readonly flag: RiskFlag; readonly isNews: boolean } {
  const isWorse = judged.surprise > flag.score;
  const isAwake = flag.status === 'snoozed' && one.receivedAtMs >= flag.snoozedUntil;
  const next: RiskFlag = {
    ...flag,
    count: flag.count + 1,
    firstAt: Math.min(flag.firstAt, one.flag.firstMs),
    lastAt: Math.max(flag.lastAt, one.flag.lastMs),
    ...(isWorse && { score: judged.surprise, severity: judged.severity }),
    reasons: isWorse ? allReasons(judged.reasons, flag.reasons) : allReasons(flag.reasons, judged.reasons),
    ...(isAwake && { status: 'open', snoozedUntil: 0 }),
    evidence: {
      ...flag.evidence,
      metrics: isWorse
        ? allMetrics(judged.evidence, flag.evidence.metrics)
        : allMetrics(flag.evidence.metrics, judged.evidence),
      eventIds: addEventId(flag.evidence.eventIds, one.eventId),
    },
  };
  const isQuiet = next.status === 'snoozed' || next.status === 'false_positive';
  return { flag: next, isNews: !isQuiet && (isAwake || (isWorse && next.severity !== flag.severity)) };
}

type Reasons = RiskFlag['reasons'];
type Metrics = RiskFlag['evidence']['metrics'];

/** How often such flags are false is told of the first alone, and last. */
function allReasons(first: Reasons, others: Reasons): Reasons {
  const told = new Set(first.map(({ code }) => code));
  const isOfRate = ({ code }: Reasons[number]) => code.startsWith('false_positive');
  const further = others.filter((reason) => !told.has(reason.code) && !isOfRate(reason));
  return [...first.filter((reason) => !isOfRate(reason)), ...further, ...first.filter(isOfRate)];
}

function allMetrics(first: Metrics, others: Metrics): Metrics {
  const told = new Set(first.map(({ metric }) => metric));
  return [...first, ...others.filter(({ metric }) => !told.has(metric))];
}

/**
 * Stands for flags that went over the budget of this hour; named are kinds, not entities.
 *
 * @param before - as the flag was until now, or as a new one would be.
 */
export function rolledUp(before: RiskFlag, workspaceId: string, budget: BudgetOf, one: Found): RiskFlag {
  const count = before.rolledUp + 1;
  return {
    ...before,
    kind: ROLL_UP_KIND,
    entity: { kind: 'workspace', id: workspaceId },
    surface: '',
    count,
    rolledUp: count,
    lastAt: Math.max(before.lastAt, one.flag.lastMs),
    reasons: [overBudget(budget, count)],
    evidence: {
      metrics: [
        {
          metric: 'new flags over the budget of this hour',
          observed: count,
          expectedLow: 0,
          expectedHigh: 0,
          baselineSpanMs: 0,
          n: BUDGET[budget] + count,
        },
      ],
      eventIds: addEventId(before.evidence.eventIds, one.eventId),
      eventsUrl: `/v1/flags/${before.flagId}/events`,
    },
    detector: 'feed/budget',
    detectorVersion: 1,
  };
}

const STATUS_AFTER = {
  acknowledge: 'acknowledged',
  resolve: 'resolved',
  false_positive: 'false_positive',
  snooze: 'snoozed',
  reopen: 'open',
} as const satisfies Record<FlagTriage['action'], RiskFlag['status']>;

/** @param by - id of the key that says so. */
export function triaged(
  flag: RiskFlag,
  { action, reason = '', untilMs = 0 }: FlagTriage,
  by: string,
  atMs: number,
): RiskFlag {
  const status = STATUS_AFTER[action];
  const snoozedUntil = status === 'snoozed' ? untilMs : 0;
  return { ...flag, status, statusReason: reason, statusBy: by, statusAt: atMs, snoozedUntil };
}

/** What was raised twice, as one: what a person said of the former holds, but for a closed one, which does not come back. */
export function oneOf(former: RiskFlag, again: RiskFlag): RiskFlag {
  const judged = former.status === 'resolved' ? again : former;
  const { status, statusReason, statusBy, statusAt, snoozedUntil } = judged;
  return {
    ...again,
    ...{ status, statusReason, statusBy, statusAt, snoozedUntil },
    count: former.count + again.count,
    firstAt: Math.min(former.firstAt, again.firstAt),
    lastAt: Math.max(former.lastAt, again.lastAt),
    raisedAt: former.raisedAt,
    evidence: {
      ...again.evidence,
      eventIds: again.evidence.eventIds.reduce(addEventId, former.evidence.eventIds),
    },
  };
}

function addEventId(ids: readonly string[], id: string): readonly string[] {
  if (id === '' || ids.includes(id)) return ids;
  if (ids.length < 2 * EVENT_IDS_HALF) return [...ids, id];
  return [...ids.slice(0, EVENT_IDS_HALF), ...ids.slice(EVENT_IDS_HALF + 1), id];
}
