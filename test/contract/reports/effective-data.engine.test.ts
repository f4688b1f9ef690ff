import { brandId, type DeliveryGroup, type TrackedEvent } from '@tidemark/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRandom, integerBetween, pick } from '../../../benchmarks/src/load/random.js';
import { createRowEncoder } from '../../../packages/collector/src/store/encode-rows.js';
import { loadRows } from '../../../packages/collector/src/store/load-rows.js';
import { askReport } from '../../fixtures/ask-report.js';
import { T0 } from '../../fixtures/batches.js';
import { startTestEngine } from '../../fixtures/migrated-store.js';
import type { TestEngine } from '../../fixtures/start-engine.js';
import { batchRow, EVENTS_LAYOUT, eventRow, rowId } from '../../fixtures/store-rows.js';

const encoder = createRowEncoder();
const SEED = 20_261_129;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;
/** Days of one queue after the other: the asked time, and a week before it. */
const FROM = T0 - (T0 % DAY_MS);
const TO = FROM + DAY_MS;

/** An event as its device would write it down. */
interface Sent {
  readonly id: number;
  readonly queue: string;
  readonly seq: number;
  readonly at: number;
  readonly receivedAt: number;
  readonly skewMs: number;
  readonly historical: boolean;
  readonly release: string;
  readonly surface: 'h5' | 'native';
  readonly denied: boolean;
  readonly type: 'page_view' | 'click' | 'custom';
  readonly title: string;
  readonly variant: boolean;
}

type Random = () => number;

/** Sixty devices over ten days: some numbers are lost on the way, many arrive late, and release 2.0 lacks what 1.0 had. */
function makeEvents(random: Random): Sent[] {
  const sent: Sent[] = [];
  for (let device = 1; device <= 60; device++) {
    let at = FROM - 8 * DAY_MS + integerBetween(random, 0, 6 * HOUR_MS);
    let seq = 0;
    const skewMs = integerBetween(random, -90_000, 90_000);
    while (at < TO + DAY_MS) {
      at += integerBetween(random, 1_000, 7 * HOUR_MS);
      seq++;
      const isNew = at >= FROM && device % 3 > 0;
      const type = pick(random, ['page_view', 'click', 'custom'] as const);
      const event: Sent = {
        id: device * 10_000 + seq,
        queue: rowId(device),
        seq,
        at,
        receivedAt: at + skewMs + pick(random, [40, 900, 7_000, 3 * HOUR_MS, 30 * HOUR_MS]),
        skewMs,
        historical: device === 7,
        release: isNew ? '2.0' : '1.0',
        surface: device % 2 === 0 ? 'native' : 'h5',
        denied: random() < 0.2,
        type: type === 'custom' && isNew ? 'click' : type,
        title: random() < (isNew ? 0.1 : 0.9) ? 'A page' : '',
        variant: !isNew,
      };
      if (random() > 0.06) sent.push(event);
    }
  }
  return sent;
}

function rowsOf(event: Sent): Uint8Array {
  const { id, seq, queue, type } = event;
  const device = Number(queue.slice(-4));
  const common = batchRow(device, device);
  const fields: Partial<TrackedEvent> & Pick<TrackedEvent, 'type'> =
    type === 'page_view'
      ? { type, page: '/', title: event.title }
      : type === 'click'
        ? { type, target: 'buy', ...(event.variant ? { props: { variant: 'a' } } : {}) }
        : { type, name: 'searched' };
  const row = eventRow(seq, { ...fields, eventId: brandId(rowId(id)) }, event.at - T0);
  return encoder.events(
    {
      ...common,
      receivedAt: event.receivedAt,
      clockSkewMs: event.skewMs,
      historical: event.historical,
      context: {
        ...common.context,
        queueId: brandId(queue),
        surface: event.surface,
        release: event.release,
        consent: event.denied ? { analytics: 'denied' } : {},
      },
    },
    [{ ...row, correctedAt: event.historical ? event.at : event.at + event.skewMs }],
  );
}

/** Counted with loops from what the devices wrote down, in the order of their numbers. */
function deliveryOf(sent: readonly Sent[], loaded: ReadonlyMap<number, number>, isAsked: (event: Sent) => boolean) {
  const near = sent.filter(({ at }) => at >= FROM - 2 * DAY_MS && at < TO + 2 * DAY_MS + DAY_MS);
  const figures = { events: 0, missing: 0, copies: 0 };
  const late: number[] = [];
  const queues = new Set<string>();
  for (const queue of new Set(near.map((event) => event.queue))) {
    const inOrder = near.filter((event) => event.queue === queue).sort((a, b) => a.seq - b.seq);
    inOrder.forEach((event, i) => {
      const isCounted = !event.denied && event.at >= FROM && event.at < TO && isAsked(event);
      if (!isCounted) return;
      const before = inOrder[i - 1];
      queues.add(queue);
      figures.events++;
      figures.copies += (loaded.get(event.id) ?? 1) - 1;
      if (before) figures.missing += event.seq - before.seq - 1;
      if (!event.historical) late.push(Math.max(0, event.receivedAt - event.at - event.skewMs));
    });
  }
  late.sort((a, b) => a - b);
  const quantile = (level: number) => {
    const place = level * (late.length - 1);
    const low = late[Math.floor(place)] ?? Number.NaN;
    return late.length === 0 ? null : low + (place % 1) * ((late[Math.ceil(place)] ?? 0) - low);
  };
  return {
    ...figures,
    queues: queues.size,
    completenessRatio: figures.events === 0 ? null : figures.events / (figures.events + figures.missing),
    lateMsMedian: quantile(0.5),
    lateMsP95: quantile(0.95),
    lateMsP99: quantile(0.99),
    lateRatio: late.length === 0 ? null : late.filter((ms) => ms > HOUR_MS).length / late.length,
  };
}

describe(`effective data of seed ${SEED}, loaded in no order, late and in part twice`, () => {
  const random = createRandom(SEED);
  const sent = makeEvents(random);
  const loaded = new Map<number, number>();
  let test: TestEngine;

  beforeAll(async () => {
    test = await startTestEngine();
    // Copies stay apart for as long as nothing is merged.
    await test.store.client().command({ query: 'SYSTEM STOP MERGES events' });
    const again = sent.filter(() => random() < 0.05);
    const shuffled = [...sent, ...again]
      .map((event) => ({ event, at: random() }))
      .sort((a, b) => a.at - b.at)
      .map(({ event }) => event);
    // Rows of one load are made one by the engine as they are written, so that the second comes in another.
    const first: Sent[] = [];
    const second: Sent[] = [];
    for (const event of shuffled) {
      const times = (loaded.get(event.id) ?? 0) + 1;
      loaded.set(event.id, times);
      (times === 1 ? first : second).push(event);
    }
    for (const part of [second, first]) {
      await loadRows(test.store, EVENTS_LAYOUT, part.map(rowsOf));
    }
  });
  afterAll(() => test.close());

  const report = (by: DeliveryGroup, more: object = {}) =>
    askReport(test.store, 'w1', 'effective-data', { from: FROM, to: TO, by, ...more }, TO);

  it('has something to tell', () => {
    const asked = sent.filter(({ at }) => at >= FROM && at < TO);
    expect(asked.length).toBeGreaterThan(200);
    expect([...loaded.values()].filter((times) => times > 1).length).toBeGreaterThan(20);
  });

  it.each([
    ['release', (event: Sent) => event.release],
    ['surface', (event: Sent) => event.surface],
    ['queue', (event: Sent) => event.queue],
    ['day', (event: Sent) => new Date(event.at).toISOString().slice(0, 10)],
  ] as const)('equals what the devices wrote down, by %s', async (by, nameOf) => {
    const found = await report(by);
    const { rejected, rejectedRatio, doubleLoads, ...totals } = found.totals;
    expect([rejected, rejectedRatio, doubleLoads]).toEqual([0, 0, 0]);
    expect(rounded(totals)).toEqual(rounded(deliveryOf(sent, loaded, () => true)));
    const names = new Set(sent.filter(({ at, denied }) => !denied && at >= FROM && at < TO).map(nameOf));
    expect(new Set(found.rows.map(({ name }) => name))).toEqual(names);
    for (const { name, ...row } of found.rows) {
      expect(rounded(row), name).toEqual(rounded(deliveryOf(sent, loaded, (event) => nameOf(event) === name)));
    }
    expect(totals.missing).toBeGreaterThan(0);
    expect(totals.copies).toBeGreaterThan(0);
  });

  it('does not take for a gap what another surface or purpose may not see', async () => {
    const native = await report('release', { surface: 'native' });
    expect(native.totals.missing).toBe(deliveryOf(sent, loaded, ({ surface }) => surface === 'native').missing);
    const marketing = await report('release', { purpose: 'marketing' });
    expect([marketing.totals.events, marketing.totals.missing]).toEqual([0, 0]);
  });

  it('compares shares of empty values with the week before', async () => {
    const { empties } = await report('release');
    const views = (from: number, to: number) =>
      sent.filter((event) => event.type === 'page_view' && !event.denied && event.at >= from && event.at < to);
    const ratio = (events: readonly Sent[]) => events.filter(({ title }) => title === '').length / events.length;
    const [now, before] = [views(FROM, TO), views(FROM - 7 * DAY_MS, FROM)];
    const title = empties.find(({ eventType, column }) => eventType === 'page_view' && column === 'title');
    expect(title).toEqual({
      eventType: 'page_view',
      column: 'title',
      events: now.length,
      emptyRatio: ratio(now),
      baselineEvents: before.length,
      baselineRatio: ratio(before),
    });
  });

  it('names what broke: gaps, lateness, a column that became empty, what vanished with a release', async () => {
    const { breaks } = await report('release');
    const named = breaks.map(({ kind, subject, release }) => `${kind} ${subject} ${release}`.trim());
    expect(named).toEqual(
      expect.arrayContaining([
        'missing seq',
        'late received_at',
        'copies event_id',
        'empty page_view.title',
        'vanished click.variant 2.0',
        'vanished custom 2.0',
      ]),
    );
    expect(named.filter((name) => /vanished .* 1\.0|vanished page_view|appeared/.test(name))).toEqual([]);
  });

  it('counts what was refused once, by reason, and takes the last day when no time is said', async () => {
    await test.store.client().command({
      query: `INSERT INTO rejected (workspace_id, app_id, batch_id, event_index, event_id, reason, field, raw, received_at)
        SELECT 'w1', 'shop', toUUID('${rowId(1)}'), number % 3, '', 'bad_schema', 'price', '{}', toDateTime64(${TO / 1_000 - 60}, 3, 'UTC')
        FROM numbers(6)`,
    });
    const found = await askReport(test.store, 'w1', 'effective-data', {}, TO);
    expect(found.rejected).toEqual([{ reason: 'bad_schema', field: 'price', events: 3 }]);
    expect(found.totals.rejectedRatio).toBeCloseTo(3 / (found.totals.events + 3), 9);
    expect(found.rows).toEqual((await report('release')).rows);
  });

  it('counts what was loaded too often, when that was found', async () => {
    await test.store.client().command({
      query: `INSERT INTO double_loads (workspace_id, queue_id, seq, mend_id, surplus, found_at)
        SELECT 'w1', toUUID('${rowId(1)}'), number, toUUID('${rowId(2)}'), 2, now64(3) FROM numbers(2)`,
    });
    const now = Date.now(); // its rows go after nine days
    const found = await askReport(test.store, 'w1', 'effective-data', { from: now - HOUR_MS, to: now + HOUR_MS }, now);
    expect(found.totals.doubleLoads).toBe(4);
  });

  it('is empty, and not broken, where there is nothing', async () => {
    for (const workspace of ['another', 'w1']) {
      const range = workspace === 'w1' ? { from: FROM + 300 * DAY_MS, to: FROM + 301 * DAY_MS } : {};
      const found = await askReport(test.store, workspace, 'effective-data', range, TO);
      expect(found.rows).toEqual([]);
      expect(found.totals).toMatchObject({ events: 0, missing: 0, completenessRatio: null, lateMsP99: null });
      expect(found.breaks).toEqual([]);
      expect(found.freshness).toEqual({
        completeTo: null,
        settledTo: null,
        newestOccurredAt: null,
        newestReceivedAt: null,
      });
    }
  });
});

/** Figures to nine digits: an engine and a test may add up in another order. */
function rounded<T extends object>(row: T): T {
  const entries = Object.entries(row).map(([key, value]) => [
    key,
    typeof value === 'number' ? Number(value.toPrecision(9)) : value,
  ]);
  return Object.fromEntries(entries) as T; // the same fields
}
