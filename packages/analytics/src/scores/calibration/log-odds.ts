/** A probability is held this far from 0 and 1: what a model is this sure of counts as 21 nats, not as infinitely many. */
const LEAST_PROBABILITY = 1e-9;

export function holdProbability(probability: number): number {
  return Math.min(1 - LEAST_PROBABILITY, Math.max(LEAST_PROBABILITY, probability));
}

/** ln(p / (1 - p)), finite. */
export function logOdds(probability: number): number {
  const held = holdProbability(probability);
  return Math.log(held / (1 - held));
}

export function probabilityOf(odds: number): number {
  return 1 / (1 + Math.exp(-odds));
}
