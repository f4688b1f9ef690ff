import {
  type ExponentialTail,
  exponentialTail,
  quantileOfSorted,
  type RobustScatter,
  robustScatter,
  squaredDistance,
  surpriseBeyond,
} from '../../stats/index.js';
import { SHAPE_FEATURES } from './session-shape.js';

const WEEK_MS = 7 * 86_400_000;
/** Sessions that what is usual is learnt from: of a busy week one now and then, since weekends are as usual as Mondays. */
export const SESSIONS_MAX = 2_048;
/** With fewer than these nothing is said of one in 10,000. */
export const SESSIONS_LEAST = 1_000;
/** Learnt anew when a quarter of them are others. */
const SESSIONS_ANEW = 512;
const DIGITS = 1_000;
const NOISE = SHAPE_FEATURES.map(({ noise }) => noise);
/** Between which quantiles lies what is usual. */
const USUAL = [0.01, 0.99] as const;

/** What is usual among sessions of so many actions, in one workspace. Plain data. */
export interface UsualSessions {
  /** Shape [sessions][features]: those of the last week, or all there are, from `next` on the oldest. */
  readonly rows: (readonly number[])[];
  next: number;
  lastMs: number;
  sinceMs: number;
  unlearnt: number;
  learnt: Learnt | undefined;
  /** About how many of the last thousand were far out. */
  heat: number;
}

export interface Learnt {
  readonly scatter: RobustScatter;
  /** Of the distances of the sessions it was learnt from. */
  readonly tail: ExponentialTail;
  /** Of each feature, as it is laid out. */
  readonly ranges: readonly (readonly [low: number, high: number])[];
}

/** What is said of one session: `unknown` while there is too little traffic to say anything. */
export type SessionVerdict =
  | { readonly kind: 'known'; readonly surprise: number; readonly learnt: Learnt }
  | { readonly kind: 'unknown'; readonly sessions: number; readonly needed: number };

export function newUsualSessions(): UsualSessions {
  return { rows: [], next: 0, lastMs: -1, sinceMs: -1, unlearnt: 0, learnt: undefined, heat: 0 };
}

/**
 * How rare a session is among those before it, then takes it in: it is never laid beside itself. Unknown for the first week.
 *
 * @param row - one value of each of {@link SHAPE_FEATURES}.
 */
export function judgeSession(usual: UsualSessions, row: readonly number[], atMs: number): SessionVerdict {
  const { learnt, rows } = usual;
  if (usual.sinceMs < 0) usual.sinceMs = atMs;
  const rounded = row.map(round);
  const verdict: SessionVerdict =
    learnt && atMs - usual.sinceMs >= WEEK_MS
      ? { kind: 'known', surprise: surpriseBeyond(learnt.tail, distanceOf(learnt.scatter, rounded)), learnt }
      : { kind: 'unknown', sessions: rows.length, needed: SESSIONS_LEAST };
  // All until there are enough, then so few that those that are kept last for a week.
  if (rows.length < SESSIONS_LEAST || Math.abs(atMs - usual.lastMs) >= WEEK_MS / SESSIONS_MAX) {
    rows[usual.next] = rounded;
    usual.next = (usual.next + 1) % SESSIONS_MAX;
    usual.lastMs = atMs;
    usual.unlearnt++;
  }
  if (usual.unlearnt >= (learnt ? SESSIONS_ANEW : SESSIONS_LEAST)) learn(usual);
  return verdict;
}

function learn(usual: UsualSessions): void {
  const { rows } = usual;
  usual.unlearnt = 0;
  const scatter = robustScatter(rows, NOISE);
  if (scatter.kind === 'absent') return;
  const tail = exponentialTail(rows.map((row) => distanceOf(scatter.value, row)));
  if (tail.kind === 'absent') return;
  const ranges = NOISE.map((_, i) => {
    const column = Float64Array.from(rows, (row) => row[i] ?? 0).sort();
    return [quantileOfSorted(column, USUAL[0]), quantileOfSorted(column, USUAL[1])] as const;
  });
  usual.learnt = { scatter: scatter.value, tail: tail.value, ranges };
}

function distanceOf(scatter: RobustScatter, row: readonly number[]): number {
  return Math.sqrt(squaredDistance(scatter, row));
}

/** As exact as sessions can be told apart by, so that what is kept is short. */
function round(value: number): number {
  return Math.round(DIGITS * value) / DIGITS;
}
