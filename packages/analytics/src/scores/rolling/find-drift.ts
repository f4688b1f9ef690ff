import type { EpochMs } from '@tidemark/protocol';
import { groupBy, mean, sum } from '../../stats/index.js';
import { seededRandom } from '../../stats/seeded-random.js';
import { createCalibrationAlarm } from '../drift/calibration-alarm.js';
import { type CountedColumn, createPopulationAlarm } from '../drift/population-alarm.js';
import type { Portrait } from '../success/portrait.js';
import { type SeenOutcome, STEADY_COLUMNS, type ToldOutcome } from './seen-outcome.js';

/** What orders of one side say against the model that answers of them. */
export interface ModelDrift {
  /** When the first and the last order that speaks for it was placed. */
  readonly firstMs: EpochMs;
  readonly lastMs: EpochMs;
  /** How many speak for it, and of how many products and hours they are. */
  readonly orders: number;
  readonly groups: number;
  /** ln of how many groups of orders lie between two false alarms, on average, at the least. */
  readonly surprise: number;
  /** What moved: `share of success`, each group counting once; the middle of a column, or `share without` one. */
  readonly metric: string;
  readonly observed: number;
  readonly expectedLow: number;
  readonly expectedHigh: number;
}

/** Orders of one product and hour share their fate, and count for one: one false alarm in so many of them at the most. */
export const GROUPS_PER_FALSE_ALARM = 100_000;
const SEED = 1;
const SIGMAS = 1.96;

type Told = SeenOutcome & { readonly told: ToldOutcome };
type Group = readonly Told[];

/**
 * Whether more, or fewer, orders go through than was told: what was told as they were placed, recalibrated, against what became of them.
 * Of probabilities that are only too bold or too timid nothing is said: recalibration sees to these.
 *
 * @param outcomes - of one side, in order of time.
 * @returns as soon as it was known; undefined for none.
 */
export function findCalibrationDrift(outcomes: readonly SeenOutcome[]): ModelDrift | undefined {
  const alarm = createCalibrationAlarm({ rowsPerFalseAlarm: GROUPS_PER_FALSE_ALARM, slopes: [] });
  const groups = groupsOf(outcomes.filter(isTold));
  const at = groups.findIndex((group) =>
    alarm.observeTogether(group.map(({ told: { probability }, any }) => ({ probability, label: any }))),
  );
  if (at < 0) return undefined;
  const speaking = groups.slice(at + 1 - alarm.since(), at + 1);
  const expected = mean(speaking.map((group) => mean(group.map(({ told }) => told.probability))));
  const spread = (SIGMAS * Math.sqrt(sum(speaking.map((group) => spreadOf(group) ** 2)))) / speaking.length;
  return {
    ...spanOf(speaking),
    surprise: Math.log(alarm.evidence()),
    metric: 'share of success',
    observed: mean(speaking.map((group) => mean(group.map(({ any }) => any)))),
    expectedLow: Math.max(0, expected - spread),
    expectedHigh: Math.min(1, expected + spread),
  };
}

/**
 * Whether orders are otherwise than those that the model learnt from, in what of them is steady.
 *
 * @param outcomes - of one side, in order of time, of which those that were told of by `version` count.
 * @param portrait - of that model.
 */
export function findInputDrift(
  outcomes: readonly SeenOutcome[],
  version: string,
  portrait: Portrait | undefined,
): ModelDrift | undefined {
  const columns = STEADY_COLUMNS.flatMap((name, place) => {
    const learnt = portrait?.features.find((feature) => feature.name === name);
    return learnt?.edges ? [{ name, place, edges: learnt.edges, rows: learnt.steps.map(({ rows }) => rows) }] : [];
  });
  if (columns.length === 0) return undefined;
  const options = { rowsPerFalseAlarm: GROUPS_PER_FALSE_ALARM, random: seededRandom(SEED) };
  const alarm = createPopulationAlarm(columns, options);
  const groups = groupsOf(outcomes.filter(isTold).filter(({ told }) => told.by === version && told.steady !== null));
  const at = groups.findIndex((group) =>
    alarm.observeTogether(group.map((one) => columns.map(({ place }) => steadyOf(one, place)))),
  );
  const suspect = columns[alarm.suspect()];
  if (at < 0 || !suspect) return undefined;
  const speaking = groups.slice(at + 1 - alarm.since(), at + 1);
  const values = speaking.flat().map((one) => steadyOf(one, suspect.place));
  return { ...spanOf(speaking), surprise: Math.log(alarm.evidence()), ...middleOf(suspect, values) };
}

/** Its middle beside where most of those learnt from lay; or how many are without one, where they have gone missing. */
function middleOf({ name, edges, rows }: CountedColumn & { readonly name: string }, values: readonly number[]) {
  const known = values.filter(Number.isFinite).sort((a, b) => a - b);
  const [missing, missingThen] = [1 - known.length / values.length, (rows.at(-1) ?? 0) / sum(rows)];
  const [low, high, middle] = [edges[0], edges.at(-1), known[known.length >> 1]];
  if (low === undefined || high === undefined || middle === undefined || missing - missingThen > 1 / 2)
    return { metric: `share without ${name}`, observed: missing, expectedLow: 0, expectedHigh: missingThen };
  return { metric: name, observed: middle, expectedLow: low, expectedHigh: high };
}

function steadyOf({ told }: Told, place: number): number {
  return told.steady?.[place] ?? Number.NaN;
}

/** Of the hour that runs, as far as it is known. */
function groupsOf(outcomes: readonly Told[]): readonly Group[] {
  return [...groupBy(outcomes, ({ group }) => group).values()];
}

/** Standard deviation of the share of success in a group whose orders all end alike: no way of hanging together spreads it further. */
function spreadOf(group: Group): number {
  return mean(group.map(({ told: { probability } }) => Math.sqrt(probability * (1 - probability))));
}

function spanOf(speaking: readonly Group[]): Pick<ModelDrift, 'firstMs' | 'lastMs' | 'orders' | 'groups'> {
  const times = speaking.flat().map(({ told }) => told.decidedAt);
  const [firstMs, lastMs] = [Math.min(...times), Math.max(...times)];
  return { firstMs, lastMs, orders: times.length, groups: speaking.length };
}

function isTold(outcome: SeenOutcome): outcome is Told {
  return outcome.told !== undefined;
}
