import type { EpochMs } from '@tidemark/protocol';
import { PRODUCTS } from '../market/products.js';
import type { Random } from '../random.js';
import { DAY_MS, HOUR_MS } from '../settings.js';
import type { AnomalyTruth } from '../truth.js';
import type { Conditions } from '../world.js';
import { ERRORS, isWithin, SOUND_APP, type Window } from './create-conditions.js';

/** Days before anything breaks: what is usual has to be known by something. */
const CALM_DAYS = 4;
/** Orders of a product keep their size for so long, then not, then again. */
const DRIFT_FROM_DAY = 8;
const DRIFT_DAYS = 3;
const DRIFT_EVERY_DAYS = 7;
const DRIFT_FACTOR = 3;

/** The same breakdowns as in every simulation, many times: on different days, at most one of a kind a day. */
export function createManyConditions(cases: number) {
  return (random: Random, startAt: EpochMs, endAt: EpochMs, label: (anomaly: AnomalyTruth) => void): Conditions => {
    const days = Math.round((endAt - startAt) / DAY_MS);
    const windows = (hourOfDay: number, hours: number): Window[] =>
      Array.from({ length: Math.max(0, days - CALM_DAYS) }, (_, i) => ({ order: random.next(), day: CALM_DAYS + i }))
        .toSorted((a, b) => a.order - b.order)
        .slice(0, cases)
        .map(({ day }) => startAt + day * DAY_MS + hourOfDay * HOUR_MS)
        .map((from) => ({ from, to: from + hours * HOUR_MS }))
        .toSorted((a, b) => a.from - b.from);
    const broken = windows(19, 3);
    const badReleases = windows(13, 3);
    const nameless = windows(16, 3);
    const malformed = windows(11, 2);
    const silent = windows(9, 3);
    const drifts = cases === 0 ? [] : PRODUCTS.map((_, i) => driftsOf(i, startAt, endAt));
    for (const one of broken) label({ kind: 'funnel_break', ...one, surface: 'h5' });
    for (const one of badReleases) label({ kind: 'data_quality', detail: 'release_cliff', ...one });
    for (const one of nameless) label({ kind: 'data_quality', detail: 'null_surge', ...one, surface: 'native' });
    for (const one of malformed) label({ kind: 'data_quality', detail: 'refused', ...one, surface: 'h5' });
    for (const one of silent) label({ kind: 'data_quality', detail: 'silent', ...one, surface: 'native' });
    PRODUCTS.forEach(({ productId }, i) => {
      for (const one of drifts[i] ?? []) label({ kind: 'drift', detail: 'order amounts', ...one, productId });
    });
    const isIn = (at: EpochMs, list: readonly Window[]) => list.some((one) => isWithin(at, one));
    return {
      ...SOUND_APP,
      releaseAt(at) {
        const past = badReleases.filter(({ from }) => from <= at).length;
        return `2.4.${2 * past - (isIn(at, badReleases) ? 1 : 0)}`;
      },
      errorRatio: (surface, at) => (isIn(at, badReleases) ? 0.35 : ERRORS[surface]),
      submitFails: (surface, at) => surface === 'h5' && isIn(at, broken),
      namesMissing: (surface, at) => surface === 'native' && isIn(at, nameless),
      isMalformed: (surface, at) => surface === 'h5' && isIn(at, malformed),
      isSilent: (surface, at) => surface === 'native' && isIn(at, silent),
      amountFactor: (at, productId) =>
        isIn(at, drifts[PRODUCTS.findIndex((one) => one.productId === productId)] ?? []) ? DRIFT_FACTOR : 1,
    };
  };
}

function driftsOf(product: number, startAt: EpochMs, endAt: EpochMs): Window[] {
  const drifts: Window[] = [];
  for (let day = DRIFT_FROM_DAY + (product % DRIFT_EVERY_DAYS); ; day += DRIFT_EVERY_DAYS) {
    const from = startAt + day * DAY_MS;
    const to = from + DRIFT_DAYS * DAY_MS;
    if (to > endAt) return drifts;
    drifts.push({ from, to });
  }
}
