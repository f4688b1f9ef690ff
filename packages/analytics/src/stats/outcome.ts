/** Why a measure has no value. A measure never is NaN: it is a finite number, or one of these. */
export const ABSENT_REASONS = [
  'no_events',
  'too_few_events',
  'too_many_events',
  'constant',
  'not_finite',
  'out_of_order',
  'negative',
  'zero_total',
  'shape_mismatch',
  'mixed_currencies',
  'no_orders',
  'no_trades',
  'no_prices',
  'no_population',
  'no_series',
  'not_converged',
] as const;
export type AbsentReason = (typeof ABSENT_REASONS)[number];

/** What came of measuring: a value, or the reason why there is none. */
export type Outcome<T> =
  | { readonly kind: 'measured'; readonly value: T }
  | { readonly kind: 'absent'; readonly reason: AbsentReason };

/** A number that was measured, always finite. */
export type Measure = Outcome<number>;

export function absent(reason: AbsentReason): { readonly kind: 'absent'; readonly reason: AbsentReason } {
  return { kind: 'absent', reason };
}

export function measured<T>(value: T): Outcome<T> {
  return { kind: 'measured', value };
}

/** The one way by which numbers become measures: what is not finite is told, and never passed on. */
export function measure(value: number): Measure {
  return Number.isFinite(value) ? { kind: 'measured', value } : absent('not_finite');
}

/** Goes on with what was measured; a reason stays what it is. */
export function andThen<T, U>(outcome: Outcome<T>, next: (value: T) => Outcome<U>): Outcome<U> {
  return outcome.kind === 'measured' ? next(outcome.value) : outcome;
}

/** @returns `not_finite` or `negative` when one of the numbers is; undefined when all may be counted with. */
export function faultOfAmounts(values: readonly number[]): 'not_finite' | 'negative' | undefined {
  let fault: 'negative' | undefined;
  // A plain loop: a call a value would be most of what a feature of a hundred and more bins costs.
  for (const value of values) {
    if (!Number.isFinite(value)) return 'not_finite';
    if (value < 0) fault = 'negative';
  }
  return fault;
}
