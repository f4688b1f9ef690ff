import { seededRandom } from '../../stats/seeded-random.js';
import { codeColumn, type FeatureBins } from '../binning/feature-bins.js';
import { type CardBinsOptions, countOutcomes, fitCardBins } from '../binning/fit-card-bins.js';
import type { Direction } from '../binning/training-set.js';
import { weightOfEvidence } from '../binning/weight-of-evidence.js';
import type { Fitted } from '../boosting/fit-boosting.js';
import { fitLogistic } from '../logistic/fit-logistic.js';
import { informationInverse } from '../logistic/information-inverse.js';
import { stratifiedFolds } from '../sampling/stratified-folds.js';
import type { Column } from '../table/table.js';
import { takeColumnRows } from '../table/table.js';

export interface ScorecardRules extends CardBinsOptions {
  readonly l2: number;
  /** Folds whose cards, each made without one fold, say how good the card is on rows it never saw. */
  readonly folds: number;
}

/**
 * The same for all data: thirty-two prebins are finer than any effect worth a line on a card; ten bins of two percent at
 * least; a category needs half a percent to be weighed alone.
 */
export const SCORECARD_DEFAULTS: ScorecardRules = {
  prebins: 32,
  maxBins: 10,
  leastRatio: 0.02,
  rareRatio: 0.005,
  specials: [],
  l2: 1,
  folds: 5,
};

/** One feature's line on the card. */
export interface Attribute {
  readonly coefficient: number;
  /** Weight of evidence of each code for the positive label; shape [codes]. */
  readonly woe: readonly number[];
  readonly iv: number;
  /** Training rows of each code. */
  readonly rows: readonly number[];
}

export interface ScorecardBody {
  readonly kind: 'scorecard';
  readonly features: readonly FeatureBins[];
  readonly intercept: number;
  readonly attributes: readonly Attribute[];
  /** Of intercept and coefficients, row by row, shape [(1 + features)^2]. */
  readonly covariance: readonly number[];
}

/**
 * A scorecard: weights of evidence of few, defensible bins, weighed by a logistic regression.
 *
 * @param labels - 1 where the row has the positive label.
 * @see N. Siddiqi, Credit Risk Scorecards (2006).
 */
export function fitScorecard(
  columns: readonly Column[],
  labels: Uint8Array,
  monotone: Readonly<Record<string, Direction>>,
  seed: number,
  rules: ScorecardRules,
): Fitted<ScorecardBody> {
  const folds = stratifiedFolds(labels, rules.folds, seededRandom(seed));
  const heldOutLogOdds = new Float64Array(labels.length);
  for (let fold = 0; fold < rules.folds; fold += 1) {
    const rows = Int32Array.from(labels.keys()).filter((row) => folds[row] !== fold);
    const seen = columns.map((column) => takeColumnRows(column, rows));
    const card = makeCard(
      seen,
      Uint8Array.from(rows, (row) => labels[row] as number),
      monotone,
      rules,
    );
    const codes = columns.map((column, at) => codeColumn(card.features[at] as FeatureBins, column)); // one for each
    for (let row = 0; row < labels.length; row += 1) {
      if (folds[row] === fold) heldOutLogOdds[row] = logOddsOf(card, (at) => codes[at]?.[row] ?? 0);
    }
  }
  return { body: makeCard(columns, labels, monotone, rules), heldOutLogOdds };
}

function makeCard(
  columns: readonly Column[],
  labels: Uint8Array,
  monotone: Readonly<Record<string, Direction>>,
  rules: ScorecardRules,
): ScorecardBody {
  const features = columns.map((column) => fitCardBins(column, labels, rules, monotone[column.name]));
  const evidence = columns.map((column, at) => {
    const { good, bad } = countOutcomes(features[at] as FeatureBins, column, labels); // one for each
    const { woe, iv } = weightOfEvidence(good, bad);
    // A bin without rows says nothing.
    const rows = [...good].map((count, code) => count + (bad[code] as number));
    return { woe: woe.map((weight, code) => (rows[code] === 0 ? 0 : weight)), iv, rows };
  });
  const design = columns.map((column, at) => {
    const woe = evidence[at]?.woe ?? [];
    return Float64Array.from(codeColumn(features[at] as FeatureBins, column), (code) => woe[code] as number);
  });
  const { intercept, coefficients } = fitInDirection(
    design,
    labels,
    columns.map(({ name }) => (monotone[name] ?? 0) !== 0),
    rules.l2,
  );
  return {
    kind: 'scorecard',
    features,
    intercept,
    attributes: evidence.map((one, at) => ({ coefficient: coefficients[at] as number, ...one })),
    covariance: [...informationInverse(design, intercept, coefficients, rules.l2)],
  };
}

/**
 * Weights of evidence already rise with success, so a weight below zero turns a feature round. Where a direction
 * was asked for that must not be: such a feature is taken out and the rest fitted again.
 */
function fitInDirection(
  design: readonly Float64Array[],
  labels: Uint8Array,
  isDirected: readonly boolean[],
  l2: number,
): { intercept: number; coefficients: Float64Array } {
  const used = new Set(design.keys());
  for (;;) {
    const places = [...used];
    const fit = fitLogistic(
      places.map((at) => design[at] as Float64Array), // one for each feature
      labels,
      l2,
    );
    const turned = places.filter((at, place) => isDirected[at] && (fit.coefficients[place] as number) < 0);
    if (turned.length === 0) {
      const coefficients = new Float64Array(design.length);
      for (const [place, at] of places.entries()) coefficients[at] = fit.coefficients[place] as number;
      return { intercept: fit.intercept, coefficients };
    }
    for (const at of turned) used.delete(at);
  }
}

function logOddsOf({ intercept, attributes }: ScorecardBody, codeOf: (feature: number) => number): number {
  return attributes.reduce(
    (sum, { coefficient, woe }, at) => sum + coefficient * (woe[codeOf(at)] as number),
    intercept,
  );
}
