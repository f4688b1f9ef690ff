/** What is remembered between rows to find a change of level. Plain data. */
export interface CusumState {
  up: number;
  down: number;
}

export interface CusumRule {
  /** Half the smallest shift that matters, in standard deviations. */
  readonly slack: number;
  /** Sum at which a change is told, in standard deviations. */
  readonly limit: number;
}

/**
 * Half a shift of one sd, and a false alarm in some 465 rows, both sides together (D. Montgomery, Introduction to Statistical
 * Quality Control, average run lengths of the tabular CUSUM, h = 5).
 */
export const CUSUM_RULE: CusumRule = { slack: 0.5, limit: 5 };

export type Change = 'up' | 'down' | 'none';

export function newCusum(): CusumState {
  return { up: 0, down: 0 };
}

/**
 * Two-sided cumulative sums of standardised rows; both start anew after a change.
 *
 * @param z - (value - expected) / sd; what is not finite is passed over.
 * @see E. Page, "Continuous inspection schemes", Biometrika 1954.
 */
export function cusum(state: CusumState, z: number, { slack, limit }: CusumRule = CUSUM_RULE): Change {
  if (!Number.isFinite(z)) return 'none';
  state.up = Math.max(0, state.up + z - slack);
  state.down = Math.max(0, state.down - z - slack);
  const change = state.up > limit ? 'up' : state.down > limit ? 'down' : 'none';
  if (change !== 'none') Object.assign(state, newCusum());
  return change;
}

/** Knows the mean so far, and how far the sum of departures has come from its extremes. Plain data. */
export interface PageHinkleyState {
  count: number;
  mean: number;
  rise: number;
  fall: number;
}

export interface PageHinkleyRule {
  /** Departures below this are no drift; in the unit of the series. */
  readonly slack: number;
  /** Sum of departures at which a drift is told; in the unit of the series. */
  readonly limit: number;
  /** Rows before the first verdict. */
  readonly warmUp: number;
}

export function newPageHinkley(): PageHinkleyState {
  return { count: 0, mean: 0, rise: 0, fall: 0 };
}

/**
 * The Page-Hinkley test for a change of the mean of a series whose mean is not known; it starts anew after a change.
 *
 * @see D. Hinkley, "Inference about the change-point from cumulative sum tests", Biometrika 1971; J. Gama et al., "A survey
 *   on concept drift adaptation", 2014, section 3.2.
 */
export function pageHinkley(state: PageHinkleyState, value: number, rule: PageHinkleyRule): Change {
  if (!Number.isFinite(value)) return 'none';
  state.count++;
  state.mean += (value - state.mean) / state.count;
  state.rise = Math.max(0, state.rise + value - state.mean - rule.slack);
  state.fall = Math.max(0, state.fall + state.mean - value - rule.slack);
  if (state.count <= rule.warmUp) return 'none';
  const change = state.rise > rule.limit ? 'up' : state.fall > rule.limit ? 'down' : 'none';
  if (change !== 'none') Object.assign(state, newPageHinkley());
  return change;
}
