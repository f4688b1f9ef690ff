import { brandId, type TrackedEvent } from '@tidemark/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { viewsApart } from '../../benchmarks/src/chaos/audit-tables.js';
import { RECOUNTS } from '../../benchmarks/src/chaos/recounts.js';
import { createRandom, integerBetween, pick } from '../../benchmarks/src/load/random.js';
import { createRowEncoder } from '../../packages/collector/src/store/encode-rows.js';
import { loadRows } from '../../packages/collector/src/store/load-rows.js';
import { coarsePlaces } from '../../packages/collector/src/store/migrations/0019-coarse-places.js';
import { applyMigrations, MIGRATIONS } from '../../packages/collector/src/store/migrations/apply-migrations.js';
import { queryRows } from '../../packages/collector/src/store/query-rows.js';
import type { BatchRow } from '../../packages/collector/src/store/tables/events.js';
import { T0 } from '../fixtures/batches.js';
import { startEmptyEngine, type TestEngine } from '../fixtures/start-engine.js';
import { batchRow, EVENTS_LAYOUT, eventRow, rowId } from '../fixtures/store-rows.js';

const encoder = createRowEncoder();
const SEED = 20_261_128;
const random = createRandom(SEED);
const PAGES = ['/a', '/b', '漢字', ''];
const MINUTE_MS = 60_000;

type Fields = Partial<TrackedEvent> & Pick<TrackedEvent, 'type'>;

function anyEvent(): Fields {
  const page = pick(random, PAGES);
  const order = { orderId: 'o', productId: 'p', shares: 1, price: 1, currency: 'CNY' };
  const side = pick(random, ['subscribe', 'sell'] as const);
  return pick<Fields>(random, [
    { type: 'page_view', page },
    { type: 'screen_view', page },
    { type: 'view_end', page, dwellMs: integerBetween(random, 0, 90_000) },
    { type: 'click', page, target: 'buy' },
    { type: 'error', message: 'x' },
    { type: 'transition', page, fromPage: pick(random, PAGES), way: pick(random, ['link', 'back'] as const) },
    { type: 'conversion', page, goal: pick(random, ['g', 'h']), amount: 0.1, currency: pick(random, ['CNY', 'EUR']) },
    { type: 'conversion', page, goal: 'g' },
    { type: 'order', ...order, side, phase: pick(random, ['placed', 'filled'] as const) },
    { type: 'alias', previousVisitorId: brandId(rowId(integerBetween(random, 1, 6))) },
  ]);
}

/** A session stays with one visitor; who it is, and on which surface, may change on the way. */
function anyBatch(): BatchRow {
  const session = integerBetween(random, 1, 12);
  const batch = batchRow(session, 1 + (session % 5));
  const userId = random() < 0.5 ? { userId: brandId<never>(`user ${session % 3}`) } : {};
  const surface = pick(random, ['h5', 'native'] as const);
  const context = { ...batch.context, appId: pick(random, ['shop', 'bank']), surface, ...userId };
  return { ...batch, context, isBot: random() < 0.1 };
}

let seq = 0;
/** Events of three days, in no order. @param weights - one of which each event stands for. */
function anyRows(weights: readonly number[]): Uint8Array {
  const rows = Array.from({ length: 40 }, () =>
    eventRow(
      ++seq,
      { ...anyEvent(), sampleWeight: pick(random, weights) },
      integerBetween(random, 0, 3 * 24 * 60) * MINUTE_MS + integerBetween(random, 0, 59_999),
    ),
  );
  return encoder.events(anyBatch(), rows);
}

const anyLoad = (weights = [1, 1, 4, 10]) => Array.from({ length: 5 }, () => anyRows(weights));

function shuffled<T>(values: readonly T[]): T[] {
  const places = values.map((value) => ({ value, at: random() }));
  return places.sort((a, b) => a.at - b.at).map(({ value }) => value);
}

describe(`the views, over events of seed ${SEED}`, () => {
  let test: TestEngine;
  const rows = <Row>(query: string) => queryRows<Row>(test.store, query, {});
  beforeAll(async () => {
    test = await startEmptyEngine();
    const before = MIGRATIONS.filter(({ number, name }) => number < 9 && name !== 'views' && name !== 'loads');
    await applyMigrations(test.store, [...before, coarsePlaces]); // rows are written as of today, with all columns
    await loadRows(test.store, EVENTS_LAYOUT, anyLoad([1])); // what is there before the step to six views, and to weights
    await applyMigrations(test.store);
  });
  afterAll(() => test.close());

  it('are eight, the pairs of aliases and the log of loads, and know what was there before them', async () => {
    expect(RECOUNTS.map(({ table }) => table)).toHaveLength(10);
    expect(await viewsApart({ rows })).toEqual([]);
  });

  it('equal a recount of the raw rows when loads come in any order and again and again, merged or not', async () => {
    const loads = Array.from({ length: 8 }, () => anyLoad());
    for (const load of shuffled([...loads, ...loads, ...loads])) await loadRows(test.store, EVENTS_LAYOUT, load);
    expect(await rows('SELECT count() AS events, uniqExact(event_id) AS ids FROM events')).toEqual([
      { events: 1_800, ids: 1_800 },
    ]);
    expect(await viewsApart({ rows })).toEqual([]);
    for (const { table } of RECOUNTS) {
      const [{ n = 0 } = {}] = await rows<{ n: number }>(`SELECT count() AS n FROM ${table}`);
      expect(n, table).toBeGreaterThan(2);
      await test.store.client().command({ query: `OPTIMIZE TABLE ${table} FINAL` });
    }
    expect(await viewsApart({ rows })).toEqual([]);
  });

  it('say what a person counts by hand', async () => {
    const at = Date.UTC(2030, 0, 1, 23, 59) - T0;
    const of = (n: number, fields: Fields, ms = 0) =>
      eventRow(90_000 + n, { page: '/x', ...fields } as Fields, at + ms);
    const batch = batchRow(50, 50, 'hand');
    const sell = { type: 'order', orderId: 'o', productId: 'p', side: 'sell', shares: 1, price: 1 } as const;
    const events = [
      of(1, { type: 'page_view' }),
      of(2, { type: 'transition', fromPage: '/w', way: 'link' }, 1),
      of(3, { type: 'transition', fromPage: '/w', way: 'link' }, 59_999),
      of(4, { type: 'conversion', goal: 'paid', amount: 10.25, currency: 'CNY' }),
      of(5, { type: 'conversion', goal: 'paid', amount: 0.1, currency: 'CNY' }, 2),
      of(6, { ...sell, phase: 'placed', currency: 'CNY' }),
      of(7, { ...sell, phase: 'filled', currency: 'CNY' }),
      of(8, { type: 'view_end', dwellMs: 700 }),
      of(9, { type: 'click', target: 'b' }, 60_000), // the next minute, hour, day and year
    ];
    await loadRows(test.store, EVENTS_LAYOUT, [encoder.events(batch, events)]);
    const one = (table: string, select: string, group: string) =>
      rows(`SELECT ${select} FROM ${table} WHERE workspace_id = 'hand' GROUP BY ${group} ORDER BY ${group}`);
    expect(await one('transitions', 'from_page, page, way, sum(transitions) AS n', 'from_page, page, way')).toEqual([
      { from_page: '/w', page: '/x', way: 'link', n: 2 },
    ]);
    expect(
      await one(
        'goals',
        'goal, toString(sum(amount)) AS a, sum(conversions) AS n, uniqExactMerge(visitors) AS v',
        'goal',
      ),
    ).toEqual([{ goal: 'paid', a: '10.35', n: 2, v: 1 }]);
    const minute = 'toString(minute) AS m, sum(events) AS n, sum(sales_placed) AS s, sum(clicks) AS c';
    expect(await one('minute_activity', minute, 'minute')).toEqual([
      { m: '2030-01-01 23:59:00', n: 8, s: 1, c: 0 },
      { m: '2030-01-02 00:00:00', n: 1, s: 0, c: 1 },
    ]);
    const day = 'sum(events) AS n, sum(user_days.dwell_ms) AS d, groupBitOr(active_hours) AS h, sum(sales_placed) AS s';
    expect(await one('user_days', day, 'day')).toEqual([
      { n: 8, d: 700, h: 2 ** 23, s: 1 },
      { n: 1, d: 0, h: 1, s: 0 },
    ]);
  });

  it('are found out by the recount, each of them, when they say one thing too much', { timeout: 180_000 }, async () => {
    const change = (query: string) => test.store.client().command({ query });
    for (const { table, key } of RECOUNTS) {
      const [first] = key.split(', ').slice(-1);
      const columns = await rows<{ name: string }>(
        `SELECT name FROM system.columns WHERE database = currentDatabase() AND table = '${table}' ORDER BY position`,
      );
      const names = columns.map(({ name }) => name);
      const copy = names.map((name) => (name === 'workspace_id' ? `'another' AS workspace_id` : name));
      await change(`INSERT INTO ${table} SELECT ${copy.join(', ')} FROM ${table} ORDER BY ${first} LIMIT 1`);
      expect(await viewsApart({ rows })).toEqual([table]);
      await change(`DELETE FROM ${table} WHERE workspace_id = 'another'`);
      expect(await viewsApart({ rows })).toEqual([]);
    }
  });
});
