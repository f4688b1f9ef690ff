import { createFlagBank, type RiskAction, type RiskEvent } from '@tidemark/analytics/anomalies';
import { median } from '../median.js';

/** CPU microseconds an event in the bank of all flag detectors; and flags raised on people who do nothing wrong. */
export interface EventCost {
  readonly all: number;
  readonly events: number;
  readonly flags: number;
}

const EVENTS = 200_000;
/** Asking for the CPU time may take a quarter of a millisecond. */
const AT_A_TIME = 5_000;
const EVENT_MS = 5;
const USERS = 20_000;
/** Each device is of one. */
const SURFACES = ['h5', 'native'] as const;
const PAGES = 40;
const RUNS = 5;

/** One event in five milliseconds from 20,000 users, as the collector shows them: with a surface, and how they came. */
export function eventCost(): EventCost {
  const runs = Array.from({ length: RUNS }, runOnce);
  return {
    all: median(runs.map(({ micros }) => micros)),
    events: EVENTS,
    flags: Math.max(...runs.map(({ flags }) => flags)),
  };
}

/**
 * The second half is measured, when the entities are known: how a collector spends its days. Events are made some thousand at a time,
 * right before they are shown, as it reads them from its log; making them is not measured.
 */
function runOnce(): { micros: number; flags: number } {
  const bank = createFlagBank({ reportingLimit: 50_000 });
  const make = createEventMaker();
  let [flags, micros] = [0, 0];
  for (let n = 0; n < 2 * EVENTS; n += AT_A_TIME) {
    const events = Array.from({ length: AT_A_TIME }, make);
    const before = process.cpuUsage();
    for (const event of events) flags += bank.observe(event).length;
    const { user, system } = process.cpuUsage(before);
    if (n >= EVENTS) micros += user + system;
  }
  return { micros: micros / EVENTS, flags };
}

/** Mostly interactions and views, as in an app; the same for every run. */
function createEventMaker(): () => RiskEvent {
  const actions: readonly RiskAction[] = [
    'interaction',
    'view',
    'interaction',
    'view',
    'interaction',
    'order',
    'login',
  ];
  let state = 7;
  const below = (n: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0; // Numerical Recipes' quick generator
    return Math.floor((state / 2 ** 32) * n);
  };
  const numbers = new Uint32Array(USERS);
  let i = -1;
  return () => {
    i++;
    const user = below(USERS);
    const action = actions[below(actions.length)] ?? 'view';
    const atMs = Date.UTC(2026, 2, 2) + i * EVENT_MS;
    const seq = numbers[user] ?? 0;
    numbers[user] = seq + 1;
    const event = {
      atMs,
      action,
      userId: `u${user}`,
      deviceId: `d${user}`,
      address: `a${user % 7_000}`,
      place: { latitude: 31, longitude: 121, accuracyKm: 20, country: 'CN' },
      eventId: `e${i}`,
      surface: SURFACES[user % 2] ?? 'h5',
      release: '2.4.1',
      delivery: { seq, receivedMs: atMs + 400, skewMs: 0 },
      ...(action === 'view' && { isError: false, isNameless: false, template: `t${below(PAGES)}` }),
    };
    if (action !== 'order') return event;
    const side = below(3) === 0 ? ('sell' as const) : ('subscribe' as const);
    return { ...event, order: { productId: `f${below(40)}`, side, amount: 100 + below(10_000) } };
  };
}
