import { countOutcomes, type ScoreTally } from './tally-scores.js';

/** Mean of -ln(probability given to what happened), in nats a row. */
export function logLoss(tally: ScoreTally): number {
  const { positives, negatives, lossOfPositive, lossOfNegative } = tally;
  let sum = 0;
  for (let group = 0; group < positives.length; group += 1) {
    const [hits, misses] = [positives[group] as number, negatives[group] as number]; // in range, as all here
    sum += hits * (lossOfPositive[group] as number) + misses * (lossOfNegative[group] as number);
  }
  return sum / countOutcomes(tally).rows;
}
