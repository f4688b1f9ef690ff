import type { EpochMs } from '@tidemark/protocol';
import type { Random } from '../random.js';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../settings.js';
import type { AnomalyTruth } from '../truth.js';
import type { Conditions } from '../world.js';
import { isWithin, SOUND_APP, type Window } from './create-conditions.js';

/** What is usual at an hour of the week is known by two of them. */
const CALM_DAYS = 15;
const DAYS_PER_WEEK = 7;
/** An hour at which nobody came last week is none to miss them at: each week has hours of its own, thrice. */
const HOURS_OF_DAY = [9, 14, 19];
const LATER_MS = 45 * MINUTE_MS;
const LASTS_MS = 2 * HOUR_MS;
/** When all arrives at last, devices are not all at it at once, and what they send meanwhile comes behind it. */
const RUSH_MS = 5 * MINUTE_MS;

/** Once a day nothing arrives for two hours; it comes afterwards. */
export function createOutages(
  random: Random,
  startAt: EpochMs,
  endAt: EpochMs,
  label: (anomaly: AnomalyTruth) => void,
): Conditions {
  const days = Math.round((endAt - startAt) / DAY_MS);
  const outages: Window[] = [];
  for (let day = CALM_DAYS; day < days; day++) {
    const hour = HOURS_OF_DAY[Math.floor(day / DAYS_PER_WEEK) % HOURS_OF_DAY.length] ?? 0;
    const from = startAt + day * DAY_MS + hour * HOUR_MS + random.int(0, LATER_MS);
    outages.push({ from, to: from + LASTS_MS });
  }
  for (const { from, to } of outages) label({ kind: 'funnel_break', detail: 'flat_line', from, to });
  return {
    ...SOUND_APP,
    arrivesAt(at) {
      const held = outages.find(({ from, to }) => isWithin(at, { from, to: to + RUSH_MS }));
      return held ? held.to + Math.round(((at - held.from) / (LASTS_MS + RUSH_MS)) * RUSH_MS) : at;
    },
  };
}
