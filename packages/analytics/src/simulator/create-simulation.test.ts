import type { AuthoritativeEvent, EventBatch, TrackedEvent } from '@tidemark/protocol';
import { describe, expect, it } from 'vitest';
import { describeOrder } from '../orders/describe-order.js';
import type { OrderEvent } from '../orders/order-event.js';
import { trackOrders } from '../orders/track-orders.js';
import { createSimulation, type Simulation } from './create-simulation.js';
import { ANOMALY_KINDS } from './fraud/anomaly-kinds.js';
import { DAY_MS, DEFAULT_START_AT, type SimulationSettings } from './settings.js';
import type { Posted } from './simulated-batch.js';

function simulate(settings: SimulationSettings) {
  const simulation = createSimulation(settings);
  if (simulation.kind === 'refused') throw new Error(`refused: ${JSON.stringify(simulation)}`);
  return simulation;
}
const textOf = (simulation: Simulation) => [...simulation.batches].map(({ batch }) => JSON.stringify(batch)).join('\n');
const isOfDevice = (one: Posted): one is Posted & { readonly batch: EventBatch } => 'sentAt' in one.batch;

/** Three days of eighty people, once for all tests that only look. */
const small = simulate({ seed: 7, days: 3, users: 80 });
const posted = [...small.batches];
const truth = small.truth();
const byKind = (kind: string) => truth.anomalies.filter((one) => one.kind === kind);

/** Events without the copies that were sent on purpose. */
function eventsOnce(): (TrackedEvent | AuthoritativeEvent)[] {
  const events = new Map<string, TrackedEvent | AuthoritativeEvent>();
  for (const { batch } of posted) for (const event of batch.events) events.set(event.eventId, event);
  return [...events.values()];
}

/** Whole markets take a while on a machine that has other things to do. */
describe('a simulation', { timeout: 60_000 }, () => {
  it('is the same to the byte with the same seed, and another with another', () => {
    const settings = { days: 2, users: 40 };
    const one = simulate({ seed: 1, ...settings });
    const again = simulate({ seed: 1, ...settings });
    const other = simulate({ seed: 2 ** 40 + 1, ...settings }); // the same low 32 bits
    const text = textOf(one);
    expect(textOf(again)).toBe(text);
    expect(again.truth()).toEqual(one.truth());
    expect(textOf(other)).not.toBe(text);
  });

  it('hands batches out by the time at which they leave, from the start on', () => {
    const times = posted.map(({ at }) => at);
    expect(times).toEqual([...times].sort((a, b) => a - b));
    expect(times[0]).toBeGreaterThanOrEqual(DEFAULT_START_AT);
    expect(posted.length).toBeGreaterThan(300);
  });

  it('numbers what each device does without gaps, but where a label says that there is one', () => {
    const numbers = new Map<string, Set<number>>();
    for (const { batch } of posted.filter(isOfDevice)) {
      const { visitorId } = batch.context;
      for (const { seq } of batch.events) numbers.set(visitorId, (numbers.get(visitorId) ?? new Set()).add(seq));
    }
    const gapped = [...numbers].filter(([, seqs]) => Math.max(...seqs) !== seqs.size).map(([visitorId]) => visitorId);
    const labelled = byKind('data_quality')
      .filter(({ detail }) => detail === 'seq_gap')
      .flatMap(({ visitorIds = [] }) => visitorIds);
    expect(gapped).toEqual(labelled);
    expect(labelled).toHaveLength(1);
  });

  it('keeps books that agree with its events', () => {
    const events = eventsOnce();
    const counts: Record<string, number> = {};
    for (const { type } of events) counts[type] = (counts[type] ?? 0) + 1;
    expect(truth.ledger.events).toEqual(counts);
    const all = posted.reduce((sum, { batch }) => sum + batch.events.length, 0);
    expect(all - events.length).toBe(truth.ledger.copies);
    expect(truth.ledger.copies).toBeGreaterThan(0);
    expect(new Set(posted.filter(isOfDevice).map(({ batch }) => batch.context.sessionId)).size).toBe(
      truth.ledger.sessions,
    );
    for (const surface of ['h5', 'native'] as const) {
      const once = new Map(
        posted
          .filter(isOfDevice)
          .filter(({ batch }) => batch.context.surface === surface)
          .flatMap(({ batch }) => batch.events.map((event) => [event.eventId, event] as const)),
      );
      const views = [...once.values()].filter(({ type }) => type === (surface === 'h5' ? 'page_view' : 'screen_view'));
      const dwellMs = [...once.values()].reduce(
        (sum, event) => sum + (event.type === 'view_end' ? event.dwellMs : 0),
        0,
      );
      expect([views.length, dwellMs], surface).toEqual([truth.ledger.views[surface], truth.ledger.dwellMs[surface]]);
    }
    const filled = events.reduce(
      (sum, event) => sum + (event.type === 'order_fill' && event.side === 'sell' ? event.shares : 0),
      0,
    );
    const sold = Object.values(truth.ledger.products).reduce((sum, product) => sum + product.filledSaleShares, 0);
    expect(filled).toBeCloseTo(sold, 3);
  });

  it('tells of orders in events what is true of them', () => {
    const orderEvents = eventsOnce().filter((event): event is OrderEvent => 'orderId' in event);
    const { orders, refused } = trackOrders(orderEvents);
    expect(refused).toEqual([]);
    let filled = 0;
    for (const [orderId, { filledRatio, resolved }] of Object.entries(truth.orders)) {
      const state = orders.get(orderId);
      const order = state && describeOrder(state);
      expect(order, orderId).toMatchObject({ problems: [], fillRatio: filledRatio });
      if (resolved) expect(order?.endedAt, orderId).toBeDefined();
      if (filledRatio > 0) filled++;
    }
    expect(filled).toBeGreaterThan(20);
  });

  it('fills orders as often as it says that it does', () => {
    let [count, expected, actual, variance, expectedFull, actualFull, fullVariance] = [0, 0, 0, 0, 0, 0, 0];
    for (let seed = 1; seed <= 6; seed++) {
      const simulation = simulate({ seed, days: 4, users: 80 });
      for (const _ of simulation.batches);
      for (const { success, full, filledRatio, resolved } of Object.values(simulation.truth().orders)) {
        if (!resolved) continue;
        count++;
        expected += success;
        actual += filledRatio > 0 ? 1 : 0;
        variance += success * (1 - success);
        expectedFull += full;
        actualFull += filledRatio === 1 ? 1 : 0;
        fullVariance += full * (1 - full);
      }
    }
    expect(count).toBeGreaterThan(400);
    // The seeds are fixed: three standard deviations tell a wrong law from bad luck when somebody changes them.
    expect(Math.abs(actual - expected)).toBeLessThan(3 * Math.sqrt(variance));
    expect(Math.abs(actualFull - expectedFull)).toBeLessThan(3 * Math.sqrt(fullVariance));
  });

  it('holds a case of every kind of fraud and breakdown, with its label', () => {
    expect(new Set(truth.anomalies.map(({ kind }) => kind))).toEqual(
      new Set(ANOMALY_KINDS.filter((kind) => kind !== 'drift')),
    );
    const long = simulate({ seed: 3, days: 12, users: 5 });
    for (const _ of long.batches);
    expect(new Set(long.truth().anomalies.map(({ kind }) => kind))).toEqual(new Set(ANOMALY_KINDS));
    for (const { from, to } of truth.anomalies) expect(to).toBeGreaterThan(from);
  });

  it('shows what it labels', () => {
    const [bot] = byKind('bot');
    const botBatches = posted
      .filter(isOfDevice)
      .filter(({ batch }) => bot?.visitorIds?.includes(batch.context.visitorId));
    expect(botBatches.flatMap(({ batch }) => batch.events).length).toBeGreaterThan(200);
    expect(botBatches.every(({ batch }) => batch.context.device?.webdriver === true)).toBe(true);

    const [stuffing] = byKind('credential_stuffing');
    const logins = posted
      .filter(isOfDevice)
      .filter(({ batch }) => stuffing?.visitorIds?.includes(batch.context.visitorId))
      .flatMap(({ batch }) =>
        batch.events.map(({ props }) => props?.outcome).filter((outcome) => outcome !== undefined),
      );
    expect(logins.filter((outcome) => outcome === 'failure')).toHaveLength(78);

    const [rush] = byKind('sale_rush');
    const sales = eventsOnce().filter(
      (event) =>
        event.type === 'order' &&
        event.phase === 'placed' &&
        event.side === 'sell' &&
        event.productId === rush?.productId,
    );
    const within = sales.filter(({ occurredAt }) => rush && occurredAt >= rush.from && occurredAt < rush.to + 300_000);
    expect(within.length).toBeGreaterThan(sales.length / 4); // 50 minutes of three days

    const [broken] = byKind('funnel_break');
    const skewed = byKind('data_quality')
      .filter(({ detail }) => detail === 'skew')
      .flatMap(({ visitorIds = [] }) => visitorIds);
    const h5 = posted
      .filter(isOfDevice)
      .filter(({ batch }) => batch.context.surface === 'h5' && !skewed.includes(batch.context.visitorId))
      .flatMap(({ batch }) => batch.events);
    const placed = h5.filter(
      (event) =>
        event.type === 'order' &&
        event.phase === 'placed' &&
        broken &&
        event.occurredAt >= broken.from &&
        event.occurredAt < broken.to,
    );
    const scripted = new Set(byKind('subscribe_cancel_loop').map(({ productId }) => productId));
    expect(placed.filter((event) => event.type === 'order' && !scripted.has(event.productId))).toEqual([]);
  });

  it('begins at any moment, and says whether it is history', () => {
    const startAt = Date.parse('2026-02-13T14:37+08:00'); // a Friday, in the middle of trade, before the Spring Festival
    const simulation = simulate({ seed: 5, days: 2, users: 30, startAt, historical: false });
    const batches = [...simulation.batches];
    expect(batches.length).toBeGreaterThan(20);
    expect(batches.every(({ at, batch }) => at >= startAt && !('historical' in batch))).toBe(true);
    expect(posted.filter(isOfDevice).every(({ batch }) => batch.historical === true)).toBe(true);
  });

  it('knows the loan rate of the months before, and never one of the future', () => {
    const points = eventsOnce().filter((event) => event.type === 'macro_point');
    const rates = points.filter(({ series }) => series === 'loan_rate_1y');
    expect(rates.length).toBeGreaterThanOrEqual(12);
    for (const { batch, at } of posted) {
      for (const event of batch.events)
        if (event.type === 'macro_point') expect(event.occurredAt).toBeLessThanOrEqual(at);
    }
  });

  it.each([
    [{ seed: -1 }, { reason: 'out_of_range', field: 'seed' }],
    [{ days: 0 }, { reason: 'out_of_range', field: 'days' }],
    [{ users: 0.5 }, { reason: 'out_of_range', field: 'users' }],
    [{ startAt: Number.NaN }, { reason: 'out_of_range', field: 'startAt' }],
    [
      { startAt: Date.UTC(2026, 11, 20), days: 30 },
      { reason: 'no_calendar_data', year: 2027 },
    ],
  ])('refuses %j', (settings, refusal) => {
    expect(createSimulation({ seed: 1, days: 1, users: 1, ...settings })).toMatchObject({
      kind: 'refused',
      ...refusal,
    });
  });

  it('of one person and one day is one, too', () => {
    const simulation = simulate({ seed: 1, days: 1, users: 1 });
    expect([...simulation.batches].every(({ at }) => at < DEFAULT_START_AT + 3 * DAY_MS)).toBe(true);
  });
});
