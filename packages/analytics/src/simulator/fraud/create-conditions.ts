import type { EpochMs, Surface } from '@tidemark/protocol';
import type { Random } from '../random.js';
import { DAY_MS, HOUR_MS } from '../settings.js';
import type { AnomalyTruth } from '../truth.js';
import type { Conditions } from '../world.js';

export interface Window {
  readonly from: EpochMs;
  readonly to: EpochMs;
}

const RELEASE = '2.3.0';
const BAD_RELEASE = '2.4.0';
const MENDED_RELEASE = '2.4.1';
export const ERRORS: Readonly<Record<Surface, number>> = { h5: 0.006, native: 0.003 };
/** An app of which no part is broken; there is a campaign where one is said to be. */
export const SOUND_APP = {
  releaseAt: () => RELEASE,
  errorRatio: (surface) => ERRORS[surface],
  submitFails: () => false,
  namesMissing: () => false,
  isMalformed: () => false,
  isSilent: () => false,
  amountFactor: () => 1,
  isLost: () => false,
  isDeadEnd: () => false,
  linkFactor: (_surface, page) => (page === 'campaign' ? 0 : 1),
  arrivesAt: (at) => at,
} as const satisfies Conditions;
/** Amounts drift only where there is a before that is long enough to know them by. */
const DRIFT_DAYS = 10;
const DRIFT_FACTOR = 1.8;

/** What goes wrong with the app itself: a form that fails, a release that throws, names that go missing; and people who change. */
export function createConditions(
  random: Random,
  startAt: EpochMs,
  endAt: EpochMs,
  label: (anomaly: AnomalyTruth) => void,
): Conditions {
  const days = Math.round((endAt - startAt) / DAY_MS);
  const window = (hourOfDay: number, hours: number): Window => {
    const from = startAt + random.int(0, days - 1) * DAY_MS + hourOfDay * HOUR_MS;
    return { from, to: Math.min(endAt, from + hours * HOUR_MS) };
  };
  const broken = { ...window(10, 3), surface: 'h5' as const };
  const badRelease = window(12, 6);
  const nameless = { ...window(18, 4), surface: 'native' as const };
  const driftFrom = days >= DRIFT_DAYS ? startAt + Math.floor(days * 0.6) * DAY_MS : Number.POSITIVE_INFINITY;

  label({ kind: 'funnel_break', ...broken });
  label({ kind: 'data_quality', detail: 'release_cliff', ...badRelease });
  label({ kind: 'data_quality', detail: 'null_surge', ...nameless });
  if (driftFrom < endAt) label({ kind: 'drift', detail: 'order amounts', from: driftFrom, to: endAt });

  return {
    ...SOUND_APP,
    releaseAt: (at) => (at < badRelease.from ? RELEASE : at < badRelease.to ? BAD_RELEASE : MENDED_RELEASE),
    errorRatio: (surface, at) => (isWithin(at, badRelease) ? 0.35 : ERRORS[surface]),
    submitFails: (surface, at) => surface === broken.surface && isWithin(at, broken),
    namesMissing: (surface, at) => surface === nameless.surface && isWithin(at, nameless),
    amountFactor: (at) => (at >= driftFrom ? DRIFT_FACTOR : 1),
  };
}

export function isWithin(at: EpochMs, { from, to }: Window): boolean {
  return at >= from && at < to;
}
