import { createOnlineCalibrator } from '../calibration/online-calibrator.js';
import { compareLogLoss } from '../evaluation/compare-log-loss.js';
import type { FigureComparison } from '../evaluation/compare-models.js';
import { type ContestVerdict, judgeChallenger } from './judge-challenger.js';
import type { Rival, Said, SeenOutcome } from './seen-outcome.js';

export interface RivalOptions {
  readonly seed: number;
  /** 1 for the first look at this rival; each further one has to be surer. */
  readonly look: number;
}

/** Whether a rival is to serve. */
export interface RivalVerdict {
  readonly kind: ContestVerdict['kind'];
  readonly reason: 'better' | Extract<ContestVerdict, { kind: 'keep' }>['reason'] | 'fills_worse';
  /** Orders that neither had learnt from. */
  readonly orders: number;
  /** Of any fill, the rival's less that of the model that serves; null when there were too few orders to tell. */
  readonly logLoss: FigureComparison | null;
}

/** Both as they would have been served. */
interface Contest {
  readonly champion: number[];
  readonly rival: number[];
  readonly labels: number[];
}

/**
 * Whether a model in the shadow is better, beyond chance, than the one that serves: on orders that neither had learnt from, each with
 * the online recalibration that these orders would have given it. Any fill decides; a rival that tells whole fills worse beyond chance stays outside, too.
 *
 * @param sides - what became of the orders of each side, in order of time.
 */
export function judgeRival(
  sides: readonly (readonly SeenOutcome[])[],
  rival: Rival,
  { seed, look }: RivalOptions,
): RivalVerdict {
  const shared = sides.flatMap((outcomes) => outcomes.filter(({ rivals }) => rivals[rival]));
  const groups = shared.map(({ group }) => group);
  const places = new Map([...new Set(groups)].map((group, place) => [group, place]));
  const grouped = { groups: groups.map((group) => places.get(group) ?? 0), seed };

  const any = contestOf(sides, rival, 'any');
  const verdict = judgeChallenger({ ...any, challenger: any.rival, ...grouped }, { seed, look });
  const [orders, { logLoss }] = [shared.length, verdict];
  if (verdict.kind === 'keep') return { kind: 'keep', reason: verdict.reason, orders, logLoss };

  const full = contestOf(sides, rival, 'full');
  const ofFull = compareLogLoss(full.rival, full.champion, full.labels, grouped);
  return ofFull.verdict === 'worse'
    ? { kind: 'keep', reason: 'fills_worse', orders, logLoss }
    : { kind: 'promote', reason: 'better', orders, logLoss };
}

/** Both are recalibrated by the same orders: one that remembers more of a world that is gone would lose by that alone. */
function contestOf(sides: readonly (readonly SeenOutcome[])[], rival: Rival, target: keyof Said): Contest {
  const contest: Contest = { champion: [], rival: [], labels: [] };
  for (const outcomes of sides) {
    const [served, shadow] = [createOnlineCalibrator(), createOnlineCalibrator()];
    for (const { said, rivals, [target]: label } of outcomes) {
      const [own, other] = [said[target], rivals[rival]?.[target]];
      if (other === undefined) continue;
      contest.champion.push(served.calibrate(own));
      contest.rival.push(shadow.calibrate(other));
      contest.labels.push(label);
      served.observe(own, label);
      shadow.observe(other, label);
    }
  }
  return contest;
}

/**
 * What is known of a rival that begins to serve: orders that it was not asked about tell nothing of it.
 *
 * @param outcomes - of one side.
 */
export function promoteRival(outcomes: readonly SeenOutcome[], rival: Rival): readonly SeenOutcome[] {
  return outcomes.flatMap((outcome) => {
    const said = outcome.rivals[rival];
    return said ? [{ ...outcome, said, rivals: without(outcome.rivals, rival) }] : [];
  });
}

/** As of now nothing is known of a rival: another takes its part. */
export function forgetRival(outcomes: readonly SeenOutcome[], rival: Rival): readonly SeenOutcome[] {
  return outcomes.map((outcome) => ({ ...outcome, rivals: without(outcome.rivals, rival) }));
}

function without(rivals: SeenOutcome['rivals'], rival: Rival): SeenOutcome['rivals'] {
  const { [rival]: _, ...rest } = rivals;
  return rest;
}
