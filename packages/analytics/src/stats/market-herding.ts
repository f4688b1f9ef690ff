import { leastSquares } from './least-squares.js';
import { mean } from './moments.js';
import { absent, andThen, measured, type Outcome } from './outcome.js';

export interface MarketHerding {
  /** g2 of CSAD = a + g1 |Rm| + g2 Rm^2; below zero when products move together just when the market moves much. */
  readonly curvature: number;
  /** Its t value; below about -2 the herding is significant. */
  readonly tValue: number;
  readonly days: number;
}

/** Days for three coefficients and something left to judge them by. */
export const MARKET_FEWEST_DAYS = 10;

/**
 * Herding of a market: the regression of the cross-sectional absolute deviation of returns on the market's return.
 *
 * @param returns - of each day, by product: shape [days][products of that day]; days with fewer than two are passed over.
 * @see E. Chang, J. Cheng, A. Khorana, "An examination of herd behavior in equity markets", J. Banking & Finance 2000.
 */
export function marketHerding(returns: readonly (readonly number[])[]): Outcome<MarketHerding> {
  const days = returns.filter((day) => day.length >= 2);
  if (days.length < MARKET_FEWEST_DAYS) return absent(returns.length === 0 ? 'no_prices' : 'too_few_events');
  const points = days.map((day) => {
    const market = mean(day);
    return { market, deviation: mean(day.map((one) => Math.abs(one - market))) };
  });
  const design = points.map(({ market }) => [1, Math.abs(market), market * market]);
  const fitted = leastSquares(
    design,
    points.map(({ deviation }) => deviation),
  );
  return andThen(fitted, ({ coefficients, tValues }) => {
    const [curvature, tValue] = [coefficients[2] ?? Number.NaN, tValues[2] ?? Number.NaN];
    return Number.isFinite(curvature) && Number.isFinite(tValue)
      ? measured({ curvature, tValue, days: days.length })
      : absent('constant');
  });
}
