import { nameNumbers } from './number-rows.js';
import type { RiskAction, RiskEvent } from './risk-event.js';

/** After so long without anything a session is over. */
const SESSION_GAP_MS = 30 * 60_000;
/** Nobody acts on purpose faster: what is closer together is one deed of the app. */
const GAP_LEAST_MS = 100;

/** What a device has done since its session began, as part of its row. */
export const SHAPE = nameNumbers({
  lastMs: -1,
  startMs: -1,
  count: 0,
  views: 0,
  interactions: 0,
  forms: 0,
  orders: 0,
  cancelled: 0,
  logins: 0,
  failedLogins: 0,
  sensitive: 0,
  changes: 0,
  lastAction: 0,
  gapSum: 0,
  gapSquares: 0,
  isTold: 0,
});
const LAST_MS = 0;
export const SESSION_START = 1;
const COUNT = 2;
const VIEWS = 3;
const INTERACTIONS = 4;
const FORMS = 5;
const ORDERS = 6;
const CANCELLED = 7;
const LOGINS = 8;
const FAILED_LOGINS = 9;
const SENSITIVE = 10;
const CHANGES = 11;
const LAST_ACTION = 12;
const GAP_SUM = 13;
const GAP_SQUARES = 14;
export const SESSION_TOLD = 15;

const COUNTED_AT: Readonly<Record<Exclude<RiskAction, 'passive'>, number>> = {
  view: VIEWS,
  interaction: INTERACTIONS,
  order: ORDERS,
  order_cancelled: CANCELLED,
  login: LOGINS,
  login_failed: FAILED_LOGINS,
  sensitive: SENSITIVE,
};

/** Variance that is granted to the root of a count: once is nothing, where others never do it; to a logarithm of times: half as long again. */
const COUNT_NOISE = 0.03;
const TIME_NOISE = 0.15;

/** A number of a session's shape: how it is laid out for distances, and what is told of it. */
export interface ShapeFeature {
  readonly metric: string;
  readonly code: 'unusual_actions' | 'unusual_pace';
  /** Variance that it is granted whatever the sessions say. */
  readonly noise: number;
  readonly read: (numbers: Float64Array, at: number) => number;
  /** What a person is shown. */
  readonly shown: (value: number) => number;
}

/** Of counts the root, whose spread does not grow with them; of times the logarithm. @see F. J. Anscombe, Biometrika 1948. */
export const SHAPE_FEATURES: readonly ShapeFeature[] = [
  countFeature('views', VIEWS),
  countFeature('clicks and the like', INTERACTIONS),
  countFeature('order forms begun', FORMS),
  countFeature('orders', ORDERS),
  countFeature('orders cancelled', CANCELLED),
  countFeature('sign-ins', LOGINS),
  countFeature('failed sign-ins', FAILED_LOGINS),
  countFeature('sensitive actions', SENSITIVE),
  countFeature('changes from one kind of action to another', CHANGES),
  {
    metric: 'seconds from action to action (geometric mean)',
    code: 'unusual_pace',
    noise: TIME_NOISE,
    read: (numbers, at) => (numbers[at + GAP_SUM] ?? 0) / gapsAt(numbers, at),
    shown: (value) => Math.exp(value) / 1_000,
  },
  {
    metric: 'by what factor these seconds spread (geometric standard deviation)',
    code: 'unusual_pace',
    noise: TIME_NOISE,
    read: (numbers, at) => {
      const gaps = gapsAt(numbers, at);
      const mean = (numbers[at + GAP_SUM] ?? 0) / gaps;
      return Math.sqrt(Math.max(0, (numbers[at + GAP_SQUARES] ?? 0) / gaps - mean * mean));
    },
    shown: Math.exp,
  },
];

/** Takes the event in. @returns how many actions the session has by now. */
export function addToShape(numbers: Float64Array, at: number, { atMs, action, step }: RiskEvent): number {
  if (action === 'passive') return 0;
  const lastMs = numbers[at + LAST_MS] ?? -1;
  const gapMs = atMs - lastMs;
  if (lastMs < 0 || Math.abs(gapMs) > SESSION_GAP_MS) {
    numbers.set(SHAPE.first, at);
    numbers[at + SESSION_START] = atMs;
  } else {
    const gap = Math.log(Math.max(GAP_LEAST_MS, gapMs));
    numbers[at + GAP_SUM] = (numbers[at + GAP_SUM] ?? 0) + gap;
    numbers[at + GAP_SQUARES] = (numbers[at + GAP_SQUARES] ?? 0) + gap * gap;
  }
  numbers[at + LAST_MS] = atMs;
  const counted = step === undefined ? COUNTED_AT[action] : FORMS;
  numbers[at + counted] = (numbers[at + counted] ?? 0) + 1;
  if (numbers[at + LAST_ACTION] !== counted) {
    numbers[at + LAST_ACTION] = counted;
    numbers[at + CHANGES] = (numbers[at + CHANGES] ?? 0) + 1;
  }
  const count = (numbers[at + COUNT] ?? 0) + 1;
  numbers[at + COUNT] = count;
  return count;
}

/** Whether the last event taken in was the first of its session. */
export function beginsSession(numbers: Float64Array, at: number): boolean {
  return numbers[at + COUNT] === 1;
}

function gapsAt(numbers: Float64Array, at: number): number {
  return Math.max(1, (numbers[at + COUNT] ?? 0) - 1);
}

function countFeature(metric: string, offset: number): ShapeFeature {
  return {
    metric,
    code: 'unusual_actions',
    noise: COUNT_NOISE,
    read: (numbers, at) => Math.sqrt((numbers[at + offset] ?? 0) + 0.375),
    shown: (value) => Math.max(0, Math.round(value * value - 0.375)),
  };
}
