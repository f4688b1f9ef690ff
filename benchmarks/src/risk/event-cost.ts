import {
  createCredentialStuffingDetector,
  createDormantOrderDetector,
  createFlagBank,
  createImpossibleTravelDetector,
  createOrderAbuseDetector,
  createReplayedStreamDetector,
  createSaleRushDetector,
  createScriptedTimingDetector,
  createVelocityDetector,
  type RiskAction,
  type RiskDetector,
  type RiskEvent,
} from '@tidemark/analytics/anomalies';
import { median } from '../median.js';

/** CPU microseconds an event: of each detector by itself, of all behind one; and flags raised on people who do nothing wrong. */
export interface EventCost {
  readonly detectors: Readonly<Record<string, number>>;
  readonly all: number;
  readonly events: number;
  readonly flags: number;
}

const EVENTS = 200_000;
const EVENT_MS = 5;
const USERS = 20_000;
const RUNS = 3;

/** Every detector on a stream of one event in five milliseconds from 20,000 users. */
export function eventCost(): EventCost {
  const events = makeEvents();
  const detectors = {
    velocity: createVelocityDetector,
    scriptedTiming: createScriptedTimingDetector,
    impossibleTravel: createImpossibleTravelDetector,
    dormantOrder: createDormantOrderDetector,
    credentialStuffing: createCredentialStuffingDetector,
    orderAbuse: () => createOrderAbuseDetector({ reportingLimit: 50_000 }),
    replayedStream: createReplayedStreamDetector,
    saleRush: createSaleRushDetector,
  };
  let flags = 0;
  const costs = Object.entries(detectors).map(([name, create]) => {
    const runs = Array.from({ length: RUNS }, () => runOnce(create(), events));
    flags += runs[0]?.flags ?? 0;
    return [name, median(runs.map(({ micros }) => micros))] as const;
  });
  const bank = () => createFlagBank({ reportingLimit: 50_000 });
  const all = median(Array.from({ length: RUNS }, () => runOnce(bank(), events).micros));
  return { detectors: Object.fromEntries(costs), all, events: events.length, flags };
}

/** The second time round, when the entities are known: how a collector spends its days. */
function runOnce(detector: RiskDetector, events: readonly RiskEvent[]): { micros: number; flags: number } {
  let flags = 0;
  for (const event of events) flags += detector.observe(event).length;
  const again = events.map((event) => ({ ...event, atMs: event.atMs + EVENTS * EVENT_MS }));
  const before = process.cpuUsage();
  for (const event of again) flags += detector.observe(event).length;
  const { user, system } = process.cpuUsage(before);
  return { micros: (user + system) / events.length, flags };
}

/** Mostly interactions and views, as in an app; the same for every run. */
function makeEvents(): RiskEvent[] {
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
  return Array.from({ length: EVENTS }, (_, i) => {
    const user = below(USERS);
    const action = actions[below(actions.length)] ?? 'view';
    const event = {
      atMs: Date.UTC(2026, 2, 2) + i * EVENT_MS,
      action,
      userId: `u${user}`,
      deviceId: `d${user}`,
      address: `a${user % 7_000}`,
      place: { latitude: 31, longitude: 121, accuracyKm: 20, country: 'CN' },
    };
    if (action !== 'order') return event;
    const side = below(3) === 0 ? ('sell' as const) : ('subscribe' as const);
    return { ...event, order: { productId: `f${below(40)}`, side, amount: 100 + below(10_000) } };
  });
}
