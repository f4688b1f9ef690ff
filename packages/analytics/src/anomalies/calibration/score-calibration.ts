import type { CandidateFlag } from '../flags/flag.js';
import { type FlagKind, type Severity, severityOf } from '../flags/flag-kind.js';

const DAY_MS = 86_400_000;
/** Days remembered; the longest span that is told. */
const DAYS = 30;
/** Bins of surprise, a quarter of a nat wide: a score off by that is off by a quarter. */
const BIN_NATS = 0.25;
const BINS = 160;
/** Candidates of a kind before its scores are placed among them. */
export const CANDIDATES_LEAST = 20;

/** Spans over which a score's place is told. */
export const PERCENTILE_DAYS = [1, 7, 30] as const;
export type PercentileDays = (typeof PERCENTILE_DAYS)[number];

/** One day of one workspace. Plain data. */
interface Day {
  day: number;
  /** Sessions, or whatever a rate is told by. */
  exposures: number;
  /** Candidates by surprise, kind by kind: [bin, count] pairs, bins in no order. */
  kinds: Partial<Record<FlagKind, [bin: number, count: number][]>>;
  /** Candidates found to be true: they say nothing of false ones. */
  confirmed: Partial<Record<FlagKind, [bin: number, count: number][]>>;
}

/** What a workspace's own traffic has shown. Plain data. */
export interface CalibrationState {
  readonly days: readonly Day[];
}

/** What a score means in one workspace. */
export interface CalibratedScore {
  /**
   * Of 10,000 sessions, how many raise a flag of this kind at least as strong that nobody has confirmed; unknown until a day and a
   * thousand sessions were seen.
   */
  readonly falsePer10k: { readonly kind: 'known'; readonly value: number; readonly sessions: number } | Unknown;
  /** Share of candidates of the kind that are weaker, over 1, 7 and 30 days. */
  readonly percentiles: Readonly<
    Record<PercentileDays, { readonly kind: 'known'; readonly value: number; readonly n: number } | Unknown>
  >;
  readonly severity: Severity;
}

export interface Unknown {
  readonly kind: 'unknown';
  readonly reason: 'too_few_sessions' | 'too_few_candidates';
}

/** Makes scores mean a rate of false flags, by the traffic of one workspace. */
export interface ScoreCalibration {
  /** A session began, or so many did. */
  addSessions(atMs: number, count?: number): void;
  addCandidate(flag: CandidateFlag): void;
  /** Somebody found a flag to be true: it no longer counts as a false one. */
  confirm(flag: CandidateFlag): void;
  scoreOf(flag: CandidateFlag): CalibratedScore;
  save(): CalibrationState;
}

/** Fewer sessions say nothing of one in a thousand. */
export const SESSIONS_LEAST = 1_000;

/**
 * Conformal p-values by counting: of n sessions, k raised a candidate at least as strong, so the next one does with (k + 1) /
 * (n + 1) at most. Unconfirmed flags count as false ones, which errs to the safe side. Thirty days, each at most {@link BINS} numbers
 * a kind; what comes from before is left out.
 *
 * @see V. Vovk, A. Gammerman, G. Shafer, Algorithmic Learning in a Random World (2005), for the p-value.
 */
export function createScoreCalibration(saved?: CalibrationState): ScoreCalibration {
  let days: Day[] = saved ? structuredCloneOf(saved.days) : [];

  function dayOf(atMs: number): Day | undefined {
    if (!Number.isFinite(atMs)) return undefined;
    const day = Math.floor(atMs / DAY_MS);
    const known = days.find((one) => one.day === day);
    if (known) return known;
    const newest = days.reduce((most, one) => Math.max(most, one.day), Number.NEGATIVE_INFINITY);
    if (day <= newest - DAYS) return undefined;
    const added: Day = { day, exposures: 0, kinds: {}, confirmed: {} };
    days = [...days.filter((one) => one.day > Math.max(day, newest) - DAYS), added];
    return added;
  }
  function recent(atMs: number, span: number): readonly Day[] {
    const today = Math.floor(atMs / DAY_MS);
    return days.filter(({ day }) => day <= today && day > today - span);
  }
  return {
    addSessions(atMs, count = 1) {
      const day = dayOf(atMs);
      if (day && Number.isFinite(count) && count > 0) day.exposures += count;
    },
    addCandidate(flag) {
      const day = dayOf(flag.lastMs);
      if (day) day.kinds[flag.kind] = withOne(day.kinds[flag.kind], flag.surprise);
    },
    confirm(flag) {
      const day = dayOf(flag.lastMs);
      if (day) day.confirmed[flag.kind] = withOne(day.confirmed[flag.kind], flag.surprise);
    },
    scoreOf(flag) {
      const falsePer10k = rateOf(recent(flag.lastMs, DAYS), flag);
      return {
        falsePer10k,
        percentiles: {
          1: percentileOf(recent(flag.lastMs, 1), flag),
          7: percentileOf(recent(flag.lastMs, 7), flag),
          30: percentileOf(recent(flag.lastMs, DAYS), flag),
        },
        severity:
          falsePer10k.kind === 'known' ? severityOf(-Math.log(falsePer10k.value / 1e4)) : severityOf(flag.surprise),
      };
    },
    save: () => ({ days: structuredCloneOf(days) }),
  };
}

function binOf(surprise: number): number {
  const bin = Math.floor(surprise / BIN_NATS);
  return Number.isFinite(bin) ? Math.max(0, Math.min(BINS - 1, bin)) : surprise > 0 ? BINS - 1 : 0;
}

function withOne(counts: [number, number][] | undefined, surprise: number): [number, number][] {
  const bin = binOf(surprise);
  const own = counts?.find(([one]) => one === bin);
  if (!own) return [...(counts ?? []), [bin, 1]];
  own[1]++;
  return counts ?? [];
}

/** How many lie at a bin or above, and how many below. */
function split(
  days: readonly Day[],
  of: 'kinds' | 'confirmed',
  { kind, surprise }: CandidateFlag,
): { above: number; below: number } {
  const bin = binOf(surprise);
  let [above, below] = [0, 0];
  for (const day of days) {
    for (const [one, count] of day[of][kind] ?? []) {
      if (one >= bin) above += count;
      else below += count;
    }
  }
  return { above, below };
}

function rateOf(days: readonly Day[], flag: CandidateFlag): CalibratedScore['falsePer10k'] {
  const sessions = days.reduce((sum, { exposures }) => sum + exposures, 0);
  if (sessions < SESSIONS_LEAST) return { kind: 'unknown', reason: 'too_few_sessions' };
  const unconfirmed = Math.max(0, split(days, 'kinds', flag).above - split(days, 'confirmed', flag).above);
  return { kind: 'known', value: Math.min(1e4, (1e4 * (unconfirmed + 1)) / (sessions + 1)), sessions };
}

function percentileOf(days: readonly Day[], flag: CandidateFlag): CalibratedScore['percentiles'][1] {
  const { above, below } = split(days, 'kinds', flag);
  const n = above + below;
  if (n < CANDIDATES_LEAST) return { kind: 'unknown', reason: 'too_few_candidates' };
  return { kind: 'known', value: below / n, n };
}

/** Records are JSON by design, and this keeps them so. */
function structuredCloneOf<V>(value: V): V extends readonly (infer One)[] ? One[] : V {
  return JSON.parse(JSON.stringify(value)) as V extends readonly (infer One)[] ? One[] : V; // of itself
}
