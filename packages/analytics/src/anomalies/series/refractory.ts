/** What has been told already: the last peak, and the rows since. Plain data. */
export interface Refractory {
  peak: number;
  age: number;
}

export interface RefractoryRule {
  /** Rows until a peak is forgotten. */
  readonly rows: number;
  /** How far above what is left of the peak a score must be to be news. */
  readonly factor: number;
}

export function newRefractory(): Refractory {
  return { peak: 0, age: 0 };
}

/**
 * Lets a score through only when it is news: above the last peak that got through, times the factor, fading to nothing over
 * the rows of the rule. One incident is so one alarm, or few that grow, and a worse one is never hidden.
 *
 * @returns the score itself, or 0.
 */
export function newsOf(state: Refractory, score: number, rule: RefractoryRule): number {
  state.age = Math.min(state.age + 1, rule.rows);
  const bar = state.peak * (1 - state.age / rule.rows) * rule.factor;
  if (!(score > bar)) return 0;
  state.peak = score;
  state.age = 0;
  return score;
}
