import { distanceShares, squaredDistance } from '../../stats/index.js';
import { type CandidateFlag, type FlagEvidence, makeFlag } from './flag.js';
import type { RiskEvent } from './risk-event.js';
import { addToShape, SESSION_START, SESSION_TOLD, SHAPE_FEATURES, type ShapeFeature } from './session-shape.js';
import { judgeSession, type Learnt, type UsualSessions } from './usual-sessions.js';

const VERSION = 1;
const DAY_MS = 86_400_000;
/** A session is looked at when it has so many actions, and laid beside others as they were at that point. */
const STAGES: ReadonlySet<number> = new Set([12, 24, 48, 96]);
/** One session in so many is as far out, of those that nobody would call strange. */
const SURPRISE_LEAST = Math.log(1e4);
/** When more than so many of so many sessions are far out, the app has changed and not they: nothing is said until that is learnt. */
const HEAT_MOST = 20;
const HEAT_SPAN = 1_000;
/** Features that are told: those that make most of the distance. */
const TOLD_MOST = 3;

/**
 * Finds sessions unlike those of the workspace, by whatever they differ: how often what was done, in how mixed an order, at what
 * pace. The Mahalanobis distance from most sessions of the same length is laid beside the distances of those before. A session of
 * which something was told is neither judged nor learnt from.
 *
 * @param numbers - of the event's device; takes the event in at `at`.
 * @param usualOf - by the number of actions.
 * @see P. J. Rousseeuw, B. C. van Zomeren, "Unmasking multivariate outliers and leverage points", JASA 1990.
 */
export function findUnusualSession(
  numbers: Float64Array,
  at: number,
  event: RiskEvent,
  usualOf: (actions: number) => UsualSessions,
): CandidateFlag | undefined {
  const actions = addToShape(numbers, at, event);
  if (!STAGES.has(actions) || numbers[at + SESSION_TOLD] === 1) return undefined;
  const usual = usualOf(actions);
  const row = SHAPE_FEATURES.map(({ read }) => read(numbers, at));
  const verdict = judgeSession(usual, row, event.atMs);
  const isFar = verdict.kind === 'known' && verdict.surprise >= SURPRISE_LEAST;
  usual.heat += (isFar ? 1 : 0) - usual.heat / HEAT_SPAN;
  if (!isFar || usual.heat > HEAT_MOST) return undefined;
  const startMs = numbers[at + SESSION_START] ?? event.atMs;
  return flagOf(usual, verdict.learnt, row, event, { actions, startMs, surprise: verdict.surprise });
}

function flagOf(
  { sinceMs, rows }: UsualSessions,
  { scatter, tail, ranges }: Learnt,
  row: readonly number[],
  event: RiskEvent,
  { actions, startMs, surprise }: { readonly actions: number; readonly startMs: number; readonly surprise: number },
): CandidateFlag {
  const basis = { baselineSpanMs: Math.max(0, event.atMs - sinceMs), n: rows.length };
  const shares = distanceShares(scatter, row);
  const told = SHAPE_FEATURES.map((feature, i) => ({
    feature,
    share: shares[i] ?? 0,
    evidence: { ...evidenceOf(feature, row[i] ?? 0, ranges[i] ?? [0, 0]), ...basis },
  }))
    .filter(
      ({ evidence: { observed, expectedLow, expectedHigh } }) => observed < expectedLow || observed > expectedHigh,
    )
    .sort((a, b) => b.share - a.share)
    .slice(0, TOLD_MOST);
  const distance = Math.sqrt(squaredDistance(scatter, row));
  return makeFlag(
    {
      kind: 'unusual_session',
      entityKind: 'device',
      entityId: event.deviceId,
      firstMs: Math.min(startMs, event.atMs),
      lastMs: event.atMs,
      windowMs: DAY_MS,
      surprise,
      evidence: [
        ...told.map(({ evidence }) => evidence),
        {
          metric: 'distance from most sessions',
          observed: distance,
          expectedLow: 0,
          expectedHigh: tail.threshold,
          ...basis,
        },
      ],
      reasons:
        told.length === 0
          ? [{ code: 'unusual_together', text: TOGETHER }]
          : told.map(({ feature: { code }, evidence }) => ({ code, text: textOf(evidence, actions) })),
    },
    VERSION,
  );
}

const TOGETHER = 'No number of the session is unusual by itself; that they come together is.';

function evidenceOf(
  { metric, shown }: ShapeFeature,
  value: number,
  [low, high]: readonly [number, number],
): Pick<FlagEvidence, 'metric' | 'observed' | 'expectedLow' | 'expectedHigh'> {
  return { metric, observed: shown(value), expectedLow: shown(low), expectedHigh: shown(high) };
}

function textOf({ metric, observed, expectedLow, expectedHigh }: FlagEvidence, actions: number): string {
  return `Among the first ${actions} actions of the session: ${metric} ${brief(observed)}, in 98 of 100 sessions ${brief(expectedLow)} to ${brief(expectedHigh)}.`;
}

function brief(value: number): string {
  return String(Number(value.toPrecision(3)));
}
