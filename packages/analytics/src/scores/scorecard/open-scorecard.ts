import type { LogOddsModel } from '../models/log-odds-model.js';
import type { ScorecardBody } from './fit-scorecard.js';

/** A scorecard ready to score. */
export function openScorecard({ intercept, attributes, covariance }: ScorecardBody): LogOddsModel {
  const weights = attributes.map(({ coefficient, woe }) => Float64Array.from(woe, (weight) => coefficient * weight));
  const means = attributes.map(({ coefficient, woe, rows }) => {
    const total = rows.reduce((sum, count) => sum + count, 0);
    return woe.reduce((sum, weight, code) => sum + coefficient * weight * (rows[code] ?? 0), 0) / Math.max(1, total);
  });
  // Codes come from the model's own bins, so every look-up is within its table.
  const weightOf = (at: number, codes: Uint8Array): number =>
    (weights[at] as Float64Array)[codes[at] as number] as number;

  return {
    logOdds(codes) {
      let sum = intercept;
      for (let at = 0; at < weights.length; at += 1) sum += weightOf(at, codes);
      return sum;
    },
    standardError(codes) {
      const row = [1, ...attributes.map(({ woe }, at) => woe[codes[at] as number] as number)];
      let variance = 0;
      for (const [i, x] of row.entries()) {
        for (const [j, y] of row.entries()) variance += x * y * (covariance[i * row.length + j] as number);
      }
      return Math.sqrt(Math.max(0, variance));
    },
    contributions: (codes) => Float64Array.from(weights, (_, at) => weightOf(at, codes) - (means[at] as number)),
  };
}
