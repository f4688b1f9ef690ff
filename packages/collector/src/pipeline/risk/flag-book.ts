import { createHash } from 'node:crypto';
import { type CandidateFlag, lowerSeverity } from '@tidemark/analytics/anomalies';
import type { FlagTriage, RiskFlag } from '@tidemark/protocol';
import type { FlagRow } from '../../store/tables/flags.js';
import { RULE_KIND, type RuleFlag } from '../rules/judge-rules.js';
import { type RiskPolicy, underPolicy } from '../rules/risk-policy.js';
import { uuidV8 } from '../uuid-v8.js';
import type { CalibrateFlags } from './calibrate-flags.js';
import type { FoundFlag } from './run-detectors.js';

/** What a rule found, or the watch over models. It has no place in the log: whoever found it tells it once. */
export interface UnloggedFlag extends Omit<FoundFlag, 'ordinal' | 'flag'> {
  readonly flag: RuleFlag | CandidateFlag;
}
type Found = UnloggedFlag | Omit<FoundFlag, 'ordinal'>;
type Judged = Found['flag'];

/** What the book knows, as plain data. */
export interface BookState {
  readonly life: string;
  readonly ordinal: number;
  readonly position: number;
  /** How often a kind was judged false of an entity. */
  readonly falsePositives: Readonly<Record<string, number>>;
}

/** The open flags of all workspaces, and what becomes of new candidates. */
export interface FlagBook {
  /** @returns rows that changed, each with whether it is to be told at once; none for what was taken before. */
  take(life: string, found: readonly FoundFlag[]): readonly ChangedFlag[];
  /** The same of what was found beside the log. */
  takeUnlogged(found: readonly UnloggedFlag[]): readonly ChangedFlag[];
  /** The flag as it is after that; undefined when it is not known here. */
  triage(workspaceId: string, flagId: string, triage: FlagTriage, by: string): FlagRow | undefined;
  /** Takes a flag over as another process left it. */
  restore(row: FlagRow): void;
  /** Takes over a flag of another collector, as this one's: each tells its own row of it. */
  adopt(row: FlagRow): void;
  /**
   * Takes over what the store has, oldest change first, where nothing is left of the book.
   *
   * @returns flags that were raised again before it was known that they had been: now one and the same.
   */
  recall(rows: readonly FlagRow[]): readonly ChangedFlag[];
  find(workspaceId: string, flagId: string): FlagRow | undefined;
  /** Flags in memory about an entity that are neither closed nor snoozed. */
  openOf(workspaceId: string, entityKind: string, entityId: string): readonly RiskFlag[];
  /** Gives changed flags their places in the feed. */
  place(rows: readonly FlagRow[]): FlagRow[];
  forget(workspaceId: string, forms: readonly string[]): number;
  state(): BookState;
  rows(): readonly FlagRow[];
  figures(): {
    readonly known: number;
    readonly rolledUp: number;
    readonly hushed: number;
    readonly unwanted: number;
    readonly evicted: number;
  };
}

export interface ChangedFlag {
  readonly row: FlagRow;
  readonly isNews: boolean;
}

const HOUR_MS = 3_600_000;
/** New flags of a severity that a workspace is told in an hour; the rest is rolled up into one that says so. */
export const BUDGET: Readonly<Record<BudgetOf, number>> = {
  info: 10,
  low: 30,
  medium: 100,
  high: 300,
  deliveries: 10,
  app: 30,
};
/** Phones that were offline must not take the place of what is about people, nor bots that of what is about the app itself. */
type BudgetOf = RiskFlag['severity'] | 'deliveries' | 'app';
/** Dedupe keys span a day at most; a flag that is older is the store's affair. */
export const FLAGS_MAX = 20_000;
/** Event ids of a flag: so many first ones, and as many of the latest. */
const EVENT_IDS_HALF = 10;
/** What one false positive takes off the next flag of the same kind and entity, nats: one severity. */
const FALSE_POSITIVE_OFF = Math.log(100);
const MICROS = 1_000;
const IS_OPEN: ReadonlySet<RiskFlag['status']> = new Set(['open', 'acknowledged']);
const ROLL_UP_KIND = 'rolled_up';

export function createFlagBook(
  options: {
    readonly collectorId: string;
    readonly now: () => number;
    /** Says how often flags of a kind are false; nobody says so unless told. */
    readonly calibrate?: Pick<CalibrateFlags, 'tell' | 'count' | 'confirm'>;
    /** What the workspace wants of the built-in kinds; all of them unless told. */
    readonly policyOf?: (workspaceId: string) => RiskPolicy;
  },
  saved?: BookState,
): FlagBook {
  const known = new Map<string, FlagRow>();
  /** Keys of the flags of each entity: a decision asks for them, and must not look at all there are. */
  const byEntity = new Map<string, Set<string>>();
  const spent = new Map<string, number>();
  const falsePositives = new Map(Object.entries(saved?.falsePositives ?? {}));
  let { life = '', ordinal = 0, position = 0 } = saved ?? {};
  let rolledUp = 0;
  let hushed = 0;
  let unwanted = 0;
  let evicted = 0;

  function keep(row: FlagRow): FlagRow {
    const key = keyOf(row.workspaceId, row.flag.flagId);
    drop(key); // to the end: the oldest change goes first
    known.set(key, row);
    const entity = entityKey(row);
    byEntity.set(entity, (byEntity.get(entity) ?? new Set()).add(key));
    for (const [oldest] of known) {
      if (known.size <= FLAGS_MAX) break;
      drop(oldest);
      evicted++;
    }
    return row;
  }

  function drop(key: string): void {
    const row = known.get(key);
    if (!row) return;
    known.delete(key);
    const entity = entityKey(row);
    const keys = byEntity.get(entity);
    keys?.delete(key);
    if (keys?.size === 0) byEntity.delete(entity);
  }

  /** The newest incident under a dedupe key that is not closed, or the place for a new one. */
  function incident(workspaceId: string, dedupeKey: string): { readonly flagId: string; readonly row?: FlagRow } {
    for (let generation = 0; ; generation++) {
      const flagId = incidentId(workspaceId, dedupeKey, generation);
      const row = known.get(keyOf(workspaceId, flagId));
      if (!row) return { flagId };
      if (row.flag.status !== 'resolved') return { flagId, row };
    }
  }

  function takeOne(one: Found): ChangedFlag | undefined {
    const { workspaceId, receivedAtMs } = one;
    const wanted = one.flag.kind === RULE_KIND ? one.flag : wantedOf(workspaceId, one.flag);
    if (!wanted) {
      unwanted++;
      return undefined;
    }
    const raw = lowered(wanted, falsePositives.get(falseKey(workspaceId, wanted)) ?? 0);
    const { flagId, row } = incident(workspaceId, one.flag.dedupeKey);
    const judged = raw.kind === RULE_KIND ? raw : (options.calibrate?.tell(workspaceId, raw, receivedAtMs) ?? raw);
    if (row) return countUp(row, one, judged);
    if (judged.surprise <= 0) {
      hushed++;
      return undefined;
    }
    if (raw.kind !== RULE_KIND) options.calibrate?.count(workspaceId, raw, receivedAtMs);
    if (!spend(workspaceId, budgetOf(judged), receivedAtMs)) return rollUp(one, judged);
    return { row: keep({ workspaceId, flag: newFlag(flagId, one, judged) }), isNews: true };
  }

  function wantedOf(workspaceId: string, flag: CandidateFlag): CandidateFlag | undefined {
    return options.policyOf ? underPolicy(flag, options.policyOf(workspaceId)) : flag;
  }

  function takeAll(found: readonly Found[]): readonly ChangedFlag[] {
    const changed = new Map<string, ChangedFlag>();
    for (const one of found) {
      const change = takeOne(one);
      if (!change) continue;
      const key = keyOf(one.workspaceId, change.row.flag.flagId);
      changed.set(key, { row: change.row, isNews: change.isNews || (changed.get(key)?.isNews ?? false) });
    }
    return [...changed.values()];
  }

  function spend(workspaceId: string, budget: BudgetOf, atMs: number): boolean {
    const hour = Math.floor(atMs / HOUR_MS);
    const key = `${workspaceId}|${budget}|${hour}`;
    const count = (spent.get(key) ?? 0) + 1;
    spent.set(key, count);
    for (const old of spent.keys()) if (Number(old.slice(old.lastIndexOf('|') + 1)) < hour - 1) spent.delete(old);
    return count <= BUDGET[budget];
  }

  function countUp(row: FlagRow, one: Found, judged: Judged): ChangedFlag {
    const { flag } = row;
    const isWorse = judged.surprise > flag.score;
    const isAwake = flag.status === 'snoozed' && one.receivedAtMs >= flag.snoozedUntil;
    const next: RiskFlag = {
      ...flag,
      count: flag.count + 1,
      firstAt: Math.min(flag.firstAt, one.flag.firstMs),
      lastAt: Math.max(flag.lastAt, one.flag.lastMs),
      ...(isWorse && { score: judged.surprise, severity: judged.severity, reasons: judged.reasons }),
      ...(isAwake && { status: 'open', snoozedUntil: 0 }),
      evidence: {
        ...flag.evidence,
        ...(isWorse && { metrics: judged.evidence }),
        eventIds: addEventId(flag.evidence.eventIds, one.eventId),
      },
    };
    const isQuiet = next.status === 'snoozed' || next.status === 'false_positive';
    const isNews = !isQuiet && (isAwake || (isWorse && next.severity !== flag.severity));
    return { row: keep({ ...row, flag: next }), isNews };
  }

  /** Stands for flags that went over the budget of this hour; named are kinds, not entities. */
  function rollUp(one: Found, judged: Judged): ChangedFlag {
    rolledUp++;
    const { workspaceId, receivedAtMs } = one;
    const budget = budgetOf(judged);
    const hour = Math.floor(receivedAtMs / HOUR_MS);
    const flagId = idOf(`${workspaceId}|${ROLL_UP_KIND}|${budget}|${hour}`);
    const before = known.get(keyOf(workspaceId, flagId));
    const count = (before?.flag.rolledUp ?? 0) + 1;
    const reasons = [
      {
        code: 'over_budget',
        text: `More than ${BUDGET[budget]} new flags ${NAMED[budget]} within the hour: ${count} more are told by this one alone.`,
      },
    ];
    const flag: RiskFlag = {
      ...(before?.flag ?? newFlag(flagId, one, judged)),
      kind: ROLL_UP_KIND,
      entity: { kind: 'workspace', id: workspaceId },
      surface: '',
      count,
      rolledUp: count,
      lastAt: Math.max(before?.flag.lastAt ?? 0, one.flag.lastMs),
      reasons,
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
        eventIds: addEventId(before?.flag.evidence.eventIds ?? [], one.eventId),
        eventsUrl: `/v1/flags/${flagId}/events`,
      },
      detector: 'feed/budget',
      detectorVersion: 1,
    };
    return { row: keep({ workspaceId, flag }), isNews: before === undefined };
  }

  function newFlag(flagId: string, one: Found, judged: Judged): RiskFlag {
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
      collectorId: options.collectorId,
      position: 0,
    };
  }

  function adopt({ workspaceId, flag }: FlagRow): void {
    keep({ workspaceId, flag: { ...flag, collectorId: options.collectorId } });
  }

  function recallOne(row: FlagRow): ChangedFlag | undefined {
    const { workspaceId, flag } = row;
    if (flag.status === 'false_positive') noteFalse(row, 1);
    const now = known.get(keyOf(workspaceId, flag.flagId));
    if (!now) adopt(row);
    if (!now || now.flag.raisedAt === flag.raisedAt) return undefined;
    return { row: keep({ workspaceId, flag: oneOf(flag, now.flag) }), isNews: false };
  }

  function noteFalse({ workspaceId, flag: { kind, detector, entity } }: FlagRow, by: number): void {
    const key = falseKey(workspaceId, { kind, detector, entityKind: entity.kind, entityId: entity.id });
    falsePositives.set(key, Math.max(0, (falsePositives.get(key) ?? 0) + by));
  }

  return {
    take(ofLife, found) {
      if (ofLife !== life) [life, ordinal] = [ofLife, 0];
      const before = ordinal;
      const unread = found.filter((one) => one.ordinal > before); // the others were taken before a crash
      for (const one of unread) ordinal = Math.max(ordinal, one.ordinal);
      return takeAll(unread);
    },
    takeUnlogged: takeAll,
    triage(workspaceId, flagId, { action, reason = '', untilMs = 0 }, by) {
      const row = known.get(keyOf(workspaceId, flagId));
      if (!row) return undefined;
      const status = STATUS_AFTER[action];
      if (status === 'resolved' && row.flag.status !== 'resolved') options.calibrate?.confirm(workspaceId, row.flag);
      const isFalse = Number(status === 'false_positive') - Number(row.flag.status === 'false_positive');
      if (isFalse !== 0) noteFalse(row, isFalse);
      const flag: RiskFlag = {
        ...row.flag,
        status,
        statusReason: reason,
        statusBy: by,
        statusAt: options.now(),
        snoozedUntil: status === 'snoozed' ? untilMs : 0,
      };
      return keep({ workspaceId, flag });
    },
    restore: (row) => {
      position = Math.max(position, row.flag.position);
      keep(row);
    },
    adopt,
    recall(rows) {
      const own = rows.filter(({ flag }) => flag.collectorId === options.collectorId);
      for (const { flag } of own) position = Math.max(position, flag.position);
      const ownIds = new Set(own.map(({ flag }) => flag.flagId));
      const others = rows.filter(({ flag }) => !ownIds.has(flag.flagId));
      return [...others, ...own].flatMap((row) => recallOne(row) ?? []);
    },
    find: (workspaceId, flagId) => known.get(keyOf(workspaceId, flagId)),
    openOf: (workspaceId, entityKind, entityId) =>
      [...(byEntity.get(entityKeyOf(workspaceId, entityKind, entityId)) ?? [])].flatMap((key) => {
        const flag = known.get(key)?.flag;
        return flag && IS_OPEN.has(flag.status) ? [flag] : [];
      }),
    place: (rows) =>
      rows.map(({ workspaceId, flag }) => {
        position = Math.max(position + 1, options.now() * MICROS);
        return keep({ workspaceId, flag: { ...flag, position } });
      }),
    forget(workspaceId, forms) {
      let forgotten = 0;
      for (const [key, row] of known) {
        if (row.workspaceId !== workspaceId || !forms.includes(row.flag.entity.id)) continue;
        drop(key);
        forgotten++;
      }
      for (const key of falsePositives.keys()) {
        if (forms.some((form) => key.startsWith(`${workspaceId}|`) && key.endsWith(`:${form}`)))
          falsePositives.delete(key);
      }
      return forgotten;
    },
    state: () => ({ life, ordinal, position, falsePositives: Object.fromEntries(falsePositives) }),
    rows: () => [...known.values()],
    figures: () => ({ known: known.size, rolledUp, hushed, unwanted, evicted }),
  };
}

const NAMED: Readonly<Record<BudgetOf, string>> = {
  info: 'of severity info',
  low: 'of severity low',
  medium: 'of severity medium',
  high: 'of severity high',
  deliveries: 'of how devices deliver',
  app: 'of the app itself',
};

function budgetOf({ kind, entityKind, severity }: Judged): BudgetOf {
  if (entityKind === 'workspace') return 'app';
  return kind === 'data_quality' && entityKind === 'device' ? 'deliveries' : severity;
}

const STATUS_AFTER = {
  acknowledge: 'acknowledged',
  resolve: 'resolved',
  false_positive: 'false_positive',
  snooze: 'snoozed',
  reopen: 'open',
} as const satisfies Record<FlagTriage['action'], RiskFlag['status']>;

/** What was raised twice, as one: what a person said of the former holds, but for a closed one, which does not come back. */
function oneOf(former: RiskFlag, again: RiskFlag): RiskFlag {
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

/** What a person called false before has to be more striking to be told again. */
function lowered<F extends Judged>(flag: F, times: number): F {
  if (times === 0) return flag;
  const surprise = Math.max(0, flag.surprise - times * FALSE_POSITIVE_OFF);
  const text = `This kind was judged a false positive for this entity ${times} times before: its score is lowered.`;
  return {
    ...flag,
    surprise,
    severity: lowerSeverity(flag.severity, times),
    reasons: [...flag.reasons, { code: 'false_positive_before', text }],
  };
}

function addEventId(ids: readonly string[], id: string): readonly string[] {
  if (id === '' || ids.includes(id)) return ids;
  if (ids.length < 2 * EVENT_IDS_HALF) return [...ids, id];
  return [...ids.slice(0, EVENT_IDS_HALF), ...ids.slice(EVENT_IDS_HALF + 1), id];
}

function keyOf(workspaceId: string, flagId: string): string {
  return `${workspaceId}|${flagId}`;
}

function entityKey({ workspaceId, flag: { entity } }: FlagRow): string {
  return entityKeyOf(workspaceId, entity.kind, entity.id);
}

function entityKeyOf(workspaceId: string, entityKind: string, entityId: string): string {
  return `${workspaceId}|${entityKind}:${entityId}`;
}

function falseKey(
  workspaceId: string,
  { kind, detector, entityKind, entityId }: { kind: string; detector: string; entityKind: string; entityId: string },
): string {
  const judged = kind === RULE_KIND ? detector : kind; // each rule answers for itself
  return `${workspaceId}|${judged}|${entityKind}:${entityId}`;
}

/** @param generation - how many incidents under the same key were resolved before. */
export function incidentId(workspaceId: string, dedupeKey: string, generation: number): string {
  return idOf(`${workspaceId}|${dedupeKey}|${generation}`);
}

function idOf(name: string): string {
  return uuidV8(createHash('sha256').update(name).digest());
}
