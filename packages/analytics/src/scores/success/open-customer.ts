import { wilsonInterval } from '../../stats/wilson-interval.js';
import { logOdds } from '../calibration/log-odds.js';
import { scalingOf } from '../scorecard/points-scale.js';
import type { CustomerColumns } from './customer-columns.js';
import type { BandDecision, CustomerModel, ScoreBand } from './fit-customer.js';
import { type CalibratedScore, openCalibrated } from './open-calibrated.js';
import { customerReasons } from './order-reasons.js';

/** What is said about a customer: whether the next order goes through, whatever it is. */
export interface CustomerScore extends CalibratedScore {
  /** Name of the band that the points lie in. */
  readonly band: string;
  readonly decision: BandDecision;
  /** Share of orders that went through in this band, among those the card had not seen. */
  readonly bandSuccess: number;
}

/** @returns scores a customer; with nothing known, all customers together: that is decided by nobody but a person. */
export function openCustomer(card: CustomerModel): (columns: CustomerColumns | null) => CustomerScore {
  const { score } = openCalibrated(card);
  const { model } = card;
  const { rowCount, positiveCount } = model.card;
  const { factor, offset } = scalingOf(model.scale);
  return (columns) => {
    if (columns) {
      const scored = score({ ...columns });
      return { ...scored, reasons: customerReasons(scored.reasons, columns), ...banded(scored.points) };
    }
    const probability = positiveCount / rowCount;
    const points = offset + factor * logOdds(probability);
    return {
      probability,
      ...(wilsonInterval(positiveCount, rowCount) ?? { low: 0, high: 1 }),
      outcomes: { positive: true, negative: true },
      points,
      reasons: [],
      ...banded(points),
      decision: 'refer',
    };
  };

  function banded(points: number): Pick<CustomerScore, 'band' | 'decision' | 'bandSuccess'> {
    const { bands } = card;
    // The lowest has no end: one is always found.
    const band = bands.find(({ fromPoints }) => fromPoints === null || points >= fromPoints) as ScoreBand;
    return { band: band.name, decision: band.decision, bandSuccess: band.success };
  }
}
