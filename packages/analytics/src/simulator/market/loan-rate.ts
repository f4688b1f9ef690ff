import type { EpochMs, EventId, MacroPoint } from '@tidemark/protocol';
import { makeId } from '../make-id.js';
import type { Random } from '../random.js';
import { DAY_MS, HOUR_MS } from '../settings.js';

/** The economy's path: what was published when, and the loan rate as it was known at a moment. */
export interface Economy {
  /** By the time they became known; those of the months before the start come first. */
  readonly points: readonly MacroPoint[];
  /** Per cent a year, as last published before the moment: never from the future. */
  loanRateAt(at: EpochMs): number;
}

const MONTHS_BEFORE = 12;

/** A loan rate set on the 20th of each month, a price index published on the 9th and corrected a month later, a daily rate between banks. */
export function makeEconomy(random: Random, startAt: EpochMs, endAt: EpochMs): Economy {
  const points: MacroPoint[] = [];
  const add = (
    at: EpochMs,
    series: string,
    periodAt: EpochMs,
    value: number,
    revision: number,
    source: string,
  ): void => {
    if (at >= endAt) return;
    points.push({
      type: 'macro_point',
      eventId: makeId<EventId>(random, at),
      occurredAt: at,
      series,
      periodAt,
      value,
      revision,
      source,
    });
  };
  let loanRate = random.between(3, 3.6);
  const start = new Date(startAt);
  for (let month = -MONTHS_BEFORE; ; month++) {
    const periodAt = Date.UTC(start.getUTCFullYear(), start.getUTCMonth() + month, 1);
    if (periodAt >= endAt) break;
    loanRate = round(loanRate + random.pick([-0.1, -0.05, 0, 0, 0, 0.05]), 2);
    add(periodAt + 19 * DAY_MS + HOUR_MS, 'loan_rate_1y', periodAt, loanRate, 0, 'central_bank');
    const index = random.normal(0.2, 0.4);
    add(periodAt + 39 * DAY_MS + HOUR_MS, 'consumer_price_index', periodAt, round(index, 1), 0, 'statistics_bureau');
    add(
      periodAt + 69 * DAY_MS + HOUR_MS,
      'consumer_price_index',
      periodAt,
      round(index + random.normal(0, 0.1), 1),
      1,
      'statistics_bureau',
    );
  }
  let overnight = random.between(1.3, 1.9);
  for (let at = startAt - 30 * DAY_MS; at < endAt; at += DAY_MS) {
    overnight = round(Math.max(0.5, overnight + random.normal(0, 0.05)), 3);
    const midnight = Math.floor(at / DAY_MS) * DAY_MS;
    add(midnight + 3 * HOUR_MS, 'interbank_overnight', midnight, overnight, 0, 'interbank_centre');
  }
  points.sort((a, b) => a.occurredAt - b.occurredAt);
  const rates = points.filter(({ series }) => series === 'loan_rate_1y');
  return {
    points,
    loanRateAt: (at) => rates.findLast(({ occurredAt }) => occurredAt <= at)?.value ?? loanRate,
  };
}

function round(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
