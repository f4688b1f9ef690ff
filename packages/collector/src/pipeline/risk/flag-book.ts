import type { CandidateFlag } from '@tidemark/analytics/anomalies';
import type { FlagTriage, RiskFlag } from '@tidemark/protocol';
import type { FlagRow } from '../../store/tables/flags.js';
import { RULE_KIND } from '../rules/judge-rules.js';
import { type RiskPolicy, underPolicy } from '../rules/risk-policy.js';
import type { CalibrateFlags } from './calibrate-flags.js';
import { createFalsePositives } from './false-positives.js';
import { budgetOf, createFlagBudget, hourOf } from './flag-budget.js';
import { countedUp, newFlag, oneOf, ROLL_UP_KIND, rolledUp, triaged } from './flag-changes.js';
import type { Found, Judged, UnloggedFlag } from './found-flags.js';
import { createKnownFlags, flagIdOf } from './known-flags.js';
import type { FoundFlag } from './run-detectors.js';

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

const MICROS = 1_000;

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
  const { collectorId, calibrate } = options;
  const known = createKnownFlags();
  const budget = createFlagBudget();
  const falsePositives = createFalsePositives(saved?.falsePositives);
  let { life = '', ordinal = 0, position = 0 } = saved ?? {};
  const counts = { rolledUp: 0, hushed: 0, unwanted: 0 };

  function takeOne(one: Found): ChangedFlag | undefined {
    const { workspaceId, receivedAtMs } = one;
    const wanted = one.flag.kind === RULE_KIND ? one.flag : wantedOf(workspaceId, one.flag);
    if (!wanted) {
      counts.unwanted++;
      return undefined;
    }
    const raw = falsePositives.lower(workspaceId, wanted);
    const judged = raw.kind === RULE_KIND ? raw : (calibrate?.tell(workspaceId, raw, receivedAtMs) ?? raw);
    const { flagId, row } = known.incident(workspaceId, one.flag.dedupeKey);
    if (row) {
      const { flag, isNews } = countedUp(row.flag, one, judged);
      return { row: known.keep({ workspaceId, flag }), isNews };
    }
    if (judged.surprise <= 0) {
      counts.hushed++;
      return undefined;
    }
    if (raw.kind !== RULE_KIND) calibrate?.count(workspaceId, raw, receivedAtMs);
    if (!budget.spend(workspaceId, judged, receivedAtMs)) return rollUp(one, judged);
    return { row: known.keep({ workspaceId, flag: newFlag(flagId, collectorId, one, judged) }), isNews: true };
  }

  function wantedOf(workspaceId: string, flag: CandidateFlag): CandidateFlag | undefined {
    return options.policyOf ? underPolicy(flag, options.policyOf(workspaceId)) : flag;
  }

  function rollUp(one: Found, judged: Judged): ChangedFlag {
    counts.rolledUp++;
    const { workspaceId, receivedAtMs } = one;
    const over = budgetOf(judged);
    const flagId = flagIdOf(`${workspaceId}|${ROLL_UP_KIND}|${over}|${hourOf(receivedAtMs)}`);
    const before = known.find(workspaceId, flagId);
    const flag = rolledUp(before?.flag ?? newFlag(flagId, collectorId, one, judged), workspaceId, over, one);
    return { row: known.keep({ workspaceId, flag }), isNews: before === undefined };
  }

  function takeAll(found: readonly Found[]): readonly ChangedFlag[] {
    const changed = new Map<string, ChangedFlag>();
    for (const one of found) {
      const change = takeOne(one);
      if (!change) continue;
      const key = `${one.workspaceId}|${change.row.flag.flagId}`;
      changed.set(key, { row: change.row, isNews: change.isNews || (changed.get(key)?.isNews ?? false) });
    }
    return [...changed.values()];
  }

  function adopt({ workspaceId, flag }: FlagRow): void {
    known.keep({ workspaceId, flag: { ...flag, collectorId } });
  }

  function recallOne(row: FlagRow): ChangedFlag | undefined {
    const { workspaceId, flag } = row;
    if (flag.status === 'false_positive') falsePositives.note(row, 1);
    const now = known.find(workspaceId, flag.flagId);
    if (!now) adopt(row);
    if (!now || now.flag.raisedAt === flag.raisedAt) return undefined;
    return { row: known.keep({ workspaceId, flag: oneOf(flag, now.flag) }), isNews: false };
  }

  return {
    take(ofLife, found) {
      if (ofLife !== life) [life, ordinal] = [ofLife, 0];
      const before = ordinal;
      const isNew = (at: number | undefined) => at === undefined || at > before; // the others were taken before a crash
      const unread = found.filter((one) => isNew(one.ordinal));
      for (const one of unread) ordinal = Math.max(ordinal, one.ordinal ?? 0);
      return takeAll(unread);
    },
    takeUnlogged: takeAll,
    triage(workspaceId, flagId, triage, by) {
      const row = known.find(workspaceId, flagId);
      if (!row) return undefined;
      const flag = triaged(row.flag, triage, by, options.now());
      if (flag.status === 'resolved' && row.flag.status !== 'resolved') calibrate?.confirm(workspaceId, row.flag);
      const isFalse = Number(flag.status === 'false_positive') - Number(row.flag.status === 'false_positive');
      if (isFalse !== 0) falsePositives.note(row, isFalse);
      return known.keep({ workspaceId, flag });
    },
    restore: (row) => {
      position = Math.max(position, row.flag.position);
      known.keep(row);
    },
    adopt,
    recall(rows) {
      const own = rows.filter(({ flag }) => flag.collectorId === collectorId);
      for (const { flag } of own) position = Math.max(position, flag.position);
      const ownIds = new Set(own.map(({ flag }) => flag.flagId));
      const others = rows.filter(({ flag }) => !ownIds.has(flag.flagId));
      return [...others, ...own].flatMap((row) => recallOne(row) ?? []);
    },
    find: known.find,
    openOf: known.openOf,
    place: (rows) =>
      rows.map(({ workspaceId, flag }) => {
        position = Math.max(position + 1, options.now() * MICROS);
        return known.keep({ workspaceId, flag: { ...flag, position } });
      }),
    forget(workspaceId, forms) {
      falsePositives.forget(workspaceId, forms);
      return known.forget(workspaceId, forms);
    },
    state: () => ({ life, ordinal, position, falsePositives: falsePositives.counts() }),
    rows: known.rows,
    figures: () => ({ known: known.size(), ...counts, evicted: known.evicted() }),
  };
}
