import { seededRandom } from '../../stats/seeded-random.js';
import type { RiskAction, RiskEvent, RiskPlace } from './risk-event.js';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const START_MS = Date.UTC(2026, 2, 2);
const SHANGHAI: RiskPlace = { latitude: 31.23, longitude: 121.47, accuracyKm: 20, country: 'CN' };
const MADRID: RiskPlace = { latitude: 40.4, longitude: -3.7, accuracyKm: 20, country: 'ES' };
const ACTIONS: readonly RiskAction[] = ['interaction', 'view', 'interaction', 'view', 'order', 'login', 'login_failed'];

/** For tests: three days of 150 people, and among them some of all that the first nine kinds of flags are about. */
export function mixedEvents(seed: number): RiskEvent[] {
  const random = seededRandom(seed);
  const events: RiskEvent[] = [];
  const add = (atMs: number, who: string, action: RiskAction, more: Partial<RiskEvent> = {}) =>
    events.push({
      atMs: START_MS + Math.round(atMs),
      action,
      userId: who,
      deviceId: `d-${who}`,
      address: `a-${who}`,
      place: SHANGHAI,
      ...more,
    });
  const order = (amount: number, side: 'subscribe' | 'sell' = 'subscribe', productId = 'f1') => ({
    order: { productId, side, amount },
  });
  for (let i = 0; i < 9_000; i++) {
    const who = Math.floor(random() * 150);
    const action = ACTIONS[Math.floor(random() * ACTIONS.length)] ?? 'view';
    const more = action === 'order' ? order(100 + random() * 9_000, random() < 0.4 ? 'sell' : 'subscribe') : {};
    add(random() * 3 * DAY_MS, `p${who}`, action, { address: `a${who % 40}`, ...more });
  }
  for (let i = 0; i < 700; i++) add(2 * DAY_MS + i * 90 + random() * 80, 'flood', 'interaction');
  for (let i = 0; i < 60; i++) add(1.2 * DAY_MS + i * 4_000 + random() * 20, 'clock', 'interaction');
  add(1.3 * DAY_MS, 'traveller', 'login');
  add(1.3 * DAY_MS + 30 * MINUTE_MS, 'traveller', 'login', { place: MADRID });
  for (let i = 0; i < 5; i++) add(i * DAY_MS - 200 * DAY_MS, 'sleeper', 'order', order(1_000 + i));
  add(2.1 * DAY_MS, 'sleeper', 'order', order(40_000));
  for (let i = 0; i < 50; i++) add(2.2 * DAY_MS + i * 4_000, `v${i}`, 'login_failed', { address: 'stuffer' });
  for (let i = 0; i < 5; i++) add(2.3 * DAY_MS + i * 10 * MINUTE_MS, 'splitter', 'order', order(49_500 - i));
  for (let i = 0; i < 12; i++) {
    add(
      2.4 * DAY_MS + i * MINUTE_MS,
      'looper',
      i % 2 === 0 ? 'order' : 'order_cancelled',
      order(700, 'subscribe', 'f2'),
    );
  }
  const gaps = Array.from({ length: 40 }, () => 300 + random() * 9_000);
  for (const [copy, who] of ['original', 'clone'].entries()) {
    let atMs = (1 + copy) * DAY_MS;
    for (const gap of gaps) {
      atMs += Math.round(gap);
      add(atMs, who, 'view');
    }
  }
  for (let i = 0; i < 120; i++) add(2.6 * DAY_MS + random() * 4 * MINUTE_MS, `s${i}`, 'order', order(500, 'sell'));
  events.sort((a, b) => a.atMs - b.atMs);
  // What comes late or with a clock gone wrong, and what comes twice.
  return events.flatMap((one, i) => (i % 97 === 0 ? [one, { ...one, atMs: one.atMs - 5 * 3_600_000 }] : [one]));
}
