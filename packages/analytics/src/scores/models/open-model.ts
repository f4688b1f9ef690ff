import { sigmoid } from '../../stats/sigmoid.js';
import { studentQuantile } from '../../stats/student-quantile.js';
import { Z_95 } from '../../stats/wilson-interval.js';
import { codeTable, createCoder, describeBin } from '../binning/feature-bins.js';
import { openBoosting } from '../boosting/open-boosting.js';
import { openGlassbox } from '../glassbox/open-glassbox.js';
import { openScorecard } from '../scorecard/open-scorecard.js';
import { scalingOf } from '../scorecard/points-scale.js';
import type { Cell, Table } from '../table/table.js';
import type { LogOddsModel } from './log-odds-model.js';
import type { Model, ModelBody, ModelCard } from './model.js';
import { type Reason, reasonsOf } from './reasons.js';

/** How likely the positive label is. */
export interface ScoreInterval {
  readonly probability: number;
  /** 95 % interval of the probability: what other training rows would have changed, not what chance will do. */
  readonly low: number;
  readonly high: number;
}

/** What is said about one row. */
export interface Score extends ScoreInterval {
  /** On the model's scale; more is better. */
  readonly points: number;
  /** What cost most points, the dearest first. */
  readonly reasons: readonly Reason[];
}

export interface Scorer {
  /** Names of the columns, in the order `cells` are given in. */
  readonly columns: readonly string[];
  /** The probability alone: the quick way. @throws {InputError} when a number is none. */
  probability(cells: readonly Cell[]): number;
  /** @throws {InputError} as above. */
  score(cells: readonly Cell[]): Score;
  /** The same without points and reasons, in half the time. @throws {InputError} as above. */
  interval(cells: readonly Cell[]): ScoreInterval;
  /** Points that each column adds against the average row, shape [columns]. @throws {InputError} as above. */
  contributions(cells: readonly Cell[]): Float64Array;
  /** Of a table read for this model; shape [rows]. */
  probabilities(table: Table): Float64Array;
  scores(table: Table): Score[];
}

/** An interval misses so often. */
const MISSED = 0.05;

/** A model ready to score. */
export function openModel(model: Model): Scorer {
  const { features } = model.body;
  const parts = openBody(model.body);
  const coders = features.map(createCoder);
  const codes = new Uint8Array(features.length);
  const { factor, offset } = scalingOf(model.scale);
  const { degreesOfFreedom } = parts;
  const errors = degreesOfFreedom === undefined ? Z_95 : studentQuantile(MISSED, degreesOfFreedom);
  // Members of a jackknife have groups with the same share of positives: how well that share itself is known, they cannot tell.
  const shareVariance = degreesOfFreedom === undefined ? 0 : shareVarianceOf(model.card);
  const sign = model.card.positiveIs === 'good' ? 1 : -1;

  return {
    columns: features.map(({ name }) => name),
    probability(cells) {
      encode(cells);
      return sigmoid(parts.logOdds(codes));
    },
    score(cells) {
      encode(cells);
      return scoreCodes();
    },
    interval(cells) {
      encode(cells);
      return intervalAround(parts.logOdds(codes));
    },
    contributions(cells) {
      encode(cells);
      return pointsOfEach();
    },
    probabilities: (table) =>
      eachRow(
        table,
        () => sigmoid(parts.logOdds(codes)),
        (count) => new Float64Array(count),
      ),
    scores: (table) => eachRow(table, scoreCodes, (count) => new Array<Score>(count)),
  };

  function encode(cells: readonly Cell[]): void {
    for (let at = 0; at < codes.length; at += 1) codes[at] = (coders[at] as (cell: Cell) => number)(cells[at]); // one each
  }

  function eachRow<T, A extends { [row: number]: T }>(table: Table, ofRow: () => T, make: (count: number) => A): A {
    const columns = codeTable(features, table);
    const results = make(table.rowCount);
    for (let row = 0; row < table.rowCount; row += 1) {
      for (let at = 0; at < codes.length; at += 1) codes[at] = (columns[at] as Uint8Array)[row] as number; // in range
      results[row] = ofRow();
    }
    return results;
  }

  function pointsOfEach(): Float64Array {
    return parts.contributions(codes).map((contribution) => factor * sign * contribution);
  }

  function intervalAround(logOdds: number): ScoreInterval {
    const reach = errors * Math.sqrt(parts.standardError(codes) ** 2 + shareVariance);
    return { probability: sigmoid(logOdds), low: sigmoid(logOdds - reach), high: sigmoid(logOdds + reach) };
  }

  function scoreCodes(): Score {
    const logOdds = parts.logOdds(codes);
    return {
      ...intervalAround(logOdds),
      points: offset + factor * sign * logOdds,
      reasons: reasonsOf(pointsOfEach(), features, (bins, at) => describeBin(bins, codes[at] as number)),
    };
  }
}

/** Of the log-odds of a share, by the delta method: 1 / (n p (1 - p)). */
function shareVarianceOf({ rowCount, positiveCount }: ModelCard): number {
  return 1 / positiveCount + 1 / (rowCount - positiveCount);
}

function openBody(body: ModelBody): LogOddsModel {
  switch (body.kind) {
    case 'boosting':
      return openBoosting(body);
    case 'glassbox':
      return openGlassbox(body);
    case 'scorecard':
      return openScorecard(body);
  }
}
