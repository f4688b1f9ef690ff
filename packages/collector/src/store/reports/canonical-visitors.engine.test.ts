import { brandId } from '@tidemark/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { askReport } from '../../../../../test/fixtures/ask-report.js';
import { T0 } from '../../../../../test/fixtures/batches.js';
import { startTestEngine } from '../../../../../test/fixtures/migrated-store.js';
import type { TestEngine } from '../../../../../test/fixtures/start-engine.js';
import { batchRow, EVENTS_LAYOUT, eventRow, rowId } from '../../../../../test/fixtures/store-rows.js';
import { createRowEncoder } from '../encode-rows.js';
import { loadRows } from '../load-rows.js';
import { queryRows } from '../query-rows.js';
import { ALIAS_CHAIN_MAX, canonicalVisitors } from './canonical-visitors.js';

type Pair = readonly [previous: number, next: number];

/** Uniform in [0, 1). @see T. Ettinger, mulberry32. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

function shuffled(count: number, random: () => number): number[] {
  const order = Array.from({ length: count }, (_, i) => i + 1);
  for (let i = count - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [order[i], order[j]] = [order[j] as number, order[i] as number]; // both within
  }
  return order;
}

/** An id for a number, far from it in the store's order of ids. */
function scattered(n: number): string {
  return rowId((n * 2_654_435_761) % 1_000_003);
}

const chain = (order: readonly number[]): Pair[] => order.slice(1).map((next, i) => [order[i] as number, next]); // one before

/** The lowest name of each one's part, by following pairs until nothing changes. */
function partsOf(pairs: readonly Pair[]): Map<number, number> {
  const part = new Map(pairs.flat().map((name) => [name, name]));
  for (let changed = true; changed; ) {
    changed = false;
    for (const [a, b] of pairs) {
      const lowest = Math.min(part.get(a) ?? a, part.get(b) ?? b);
      for (const name of [a, b]) {
        if (part.get(name) !== lowest) {
          part.set(name, lowest);
          changed = true;
        }
      }
    }
  }
  return part;
}

/** Names that are together, each set in order. */
function groups(of: Iterable<readonly [name: string, part: unknown]>): string[] {
  const sets = new Map<unknown, string[]>();
  for (const [name, part] of of) sets.set(part, [...(sets.get(part) ?? []), name]);
  return [...sets.values()].map((set) => set.sort().join(' ')).sort();
}

describe('canonical visitors', () => {
  let test: TestEngine;
  beforeAll(async () => {
    test = await startTestEngine();
  });
  afterAll(() => test.close());

  const encoder = createRowEncoder();
  let workspaces = 0;
  /** Loads alias events into a workspace of their own. */
  async function tell(pairs: readonly Pair[]): Promise<string> {
    const workspace = `aliases ${++workspaces}`;
    const loads = pairs.map(([previous, next], index) => {
      const batch = batchRow(next, 1, workspace);
      const context = { ...batch.context, visitorId: brandId<never>(scattered(next)) };
      const previousVisitorId = brandId<never>(scattered(previous));
      return encoder.events({ ...batch, context }, [eventRow(index + 1, { type: 'alias', previousVisitorId }, 0)]);
    });
    await loadRows(test.store, EVENTS_LAYOUT, loads);
    return workspace;
  }

  async function found(workspace: string): Promise<string[]> {
    const rows = await queryRows<{ id: string; device: string }>(test.store, canonicalVisitors(), { workspace });
    expect(new Set(rows.map(({ id }) => id)).size, 'each id once').toBe(rows.length);
    return groups(rows.map(({ id, device }) => [id, device]));
  }

  const expected = (pairs: readonly Pair[]) =>
    groups([...partsOf(pairs)].map(([name, part]) => [scattered(name), part]));

  it.each([
    ['a pair', '1>2'],
    ['a chain', '1>2 2>3 3>4'],
    ['one that two became', '1>2 1>3'],
    ['two that became one', '1>3 2>3'],
    ['a circle', '1>2 2>3 3>1'],
    ['there and back', '1>2 2>1'],
    ['one told often', '1>2 1>2 1>2'],
    ['strangers', '1>2 3>4 5>6 6>4'],
  ])('puts together %s: %s', async (_, text) => {
    const pairs = text.split(' ').map((pair): Pair => [Number(pair[0]), Number(pair[2])]);
    expect(await found(await tell(pairs))).toEqual(expected(pairs));
  });

  it('takes an alias of oneself for nothing', async () => {
    expect(await found(await tell([[1, 1]]))).toEqual([]);
  });

  it('finds the connected parts of any graph', async () => {
    const seed = 20_260_105;
    const random = seeded(seed);
    for (let run = 0; run < 12; run++) {
      const names = 2 + Math.floor(random() * 60);
      const one = () => 1 + Math.floor(random() * names);
      const pairs = Array.from({ length: 1 + Math.floor(random() * names) }, (): Pair => [one(), one()]);
      const others = pairs.filter(([a, b]) => a !== b);
      expect(await found(await tell(pairs)), `seed ${seed}, run ${run}`).toEqual(expected(others));
    }
  });

  it(`follows chains of ${ALIAS_CHAIN_MAX} ids, in whatever order they lie`, async () => {
    const random = seeded(7);
    for (let run = 0; run < 6; run++) {
      expect(await found(await tell(chain(shuffled(ALIAS_CHAIN_MAX, random)))), `seed 7, run ${run}`).toHaveLength(1);
    }
  });

  it('ends at a chain that is far too long, and never puts strangers together for it', async () => {
    const random = seeded(8);
    const odd = shuffled(1_000, random).map((n) => 2 * n - 1);
    const even = shuffled(1_000, random).map((n) => 2 * n);
    const oddIds = new Set(odd.map(scattered));
    const visitors = await found(await tell([...chain(odd), ...chain(even)]));
    for (const visitor of visitors) expect(new Set(visitor.split(' ').map((id) => oddIds.has(id))).size).toBe(1);
    expect(visitors.length).toBeLessThan(200);
  });

  it('count once in every report, on each day, surface and page, and leave the history as it came', async () => {
    const view = (seq: number, page: string, atMs?: number) => eventRow(seq, { type: 'page_view', page }, atMs);
    const previous = (n: number) => ({ type: 'alias', previousVisitorId: brandId<never>(rowId(n)) }) as const;
    const native = batchRow(4, 14, 'w1');
    const day = 86_400_000;
    await loadRows(test.store, EVENTS_LAYOUT, [
      encoder.events(batchRow(1, 11), [view(1, '/a'), view(2, '/b')]),
      encoder.events(batchRow(2, 12), [eventRow(3, previous(11)), view(4, '/a')]),
      encoder.events(batchRow(3, 13), [eventRow(5, previous(12), day), view(6, '/a', day)]),
      encoder.events({ ...native, context: { ...native.context, surface: 'native' } }, [
        eventRow(7, { type: 'screen_view', page: 'Home' }),
      ]),
      encoder.events(batchRow(5, 15), [view(8, '/a'), view(9, '/a')]),
      // The same ids in another workspace are other visitors.
      encoder.events(batchRow(6, 11, 'w2'), [view(10, '/a')]),
      encoder.events(batchRow(7, 12, 'w2'), [view(11, '/a')]),
      encoder.events(batchRow(8, 14, 'w2'), [eventRow(12, previous(15))]),
    ]);
    const sum = async (range: object, workspace = 'w1') => {
      const [pages, sessions, visitors] = await Promise.all([
        askReport(test.store, workspace, 'pages', range),
        askReport(test.store, workspace, 'sessions', range),
        askReport(test.store, workspace, 'visitors', range),
      ]);
      expect([pages.totals.visitors, sessions.totals.visitors]).toEqual(Array(2).fill(visitors.totals.visitors));
      return {
        visitors: visitors.totals.visitors,
        byDay: [visitors, sessions].map(({ rows }) => rows.map((row) => row.visitors)),
        byPage: Object.fromEntries(pages.rows.map((row) => [row.page, row.visitors])),
      };
    };
    const byDay = (...days: number[]) => [days, days];
    expect(await sum({})).toEqual({ visitors: 3, byDay: byDay(3, 1), byPage: { '/a': 2, '/b': 1, Home: 1 } });
    expect(await sum({ to: T0 + day / 2 })).toMatchObject({ visitors: 3, byPage: { '/a': 2, '/b': 1, Home: 1 } });
    expect(await sum({ from: T0 + day / 2 })).toEqual({ visitors: 1, byDay: byDay(1), byPage: { '/a': 1 } });
    expect(await sum({ surface: 'native' })).toEqual({ visitors: 1, byDay: byDay(1), byPage: { Home: 1 } });
    expect(await sum({ appId: 'another' })).toEqual({ visitors: 0, byDay: byDay(), byPage: {} });
    expect(await sum({}, 'w2')).toMatchObject({ visitors: 3, byPage: { '/a': 2 } });
    const kept = 'SELECT uniqExact(visitor_id) AS ids FROM events WHERE workspace_id = {workspace:String}';
    expect(await queryRows(test.store, kept, { workspace: 'w1' })).toEqual([{ ids: 5 }]);
  });

  it('are told apart among many: 4,000 aliases, 20,000 visitors, 200,000 events', async () => {
    const id = (number: string) => `toUUID(concat('00000000-0000-7000-8000-', leftPad(toString(${number}), 12, '0')))`;
    const at = "toDateTime64('2026-01-05 10:00:00', 3, 'UTC')";
    const insert = (columns: string, values: string, numbers: string) =>
      test.store.client().command({
        query: `INSERT INTO events (workspace_id, app_id, surface, visitor_id, session_id, session_started_at, event_day, occurred_at,
                                    event_id, event_type, seq, sample_weight, ${columns})
                SELECT 'large', 'shop', 'h5', ${id('number % 20000')}, ${id('number % 20000')}, ${at}, '2026-01-05', ${at}, ${values}
                FROM ${numbers}`,
      });
    await insert(
      'page',
      `${id('number')}, 'page_view', number + 1, 1, concat('/', toString(number % 100))`,
      'numbers(200000)',
    );
    const ask = async () => {
      const { totals, rows } = await askReport(test.store, 'large', 'pages', {});
      const visitors = (await askReport(test.store, 'large', 'visitors', {})).totals.visitors;
      return { totals: totals.visitors, visitors, ofPage: rows[0]?.visitors };
    };
    const before = await ask();
    // Page n is seen by visitors n, n + 100, n + 200 ...: of the first 400 of them, each second is the one before it.
    await insert(
      'previous_visitor_id',
      `${id('number + 2000000')}, 'alias', number + 2000000, 1, ${id('number % 20000 + 100')}`,
      'numbers(8000) WHERE intDiv(number, 100) % 2 = 0',
    );
    const after = await ask();
    expect(before).toMatchObject({ totals: 20_000, visitors: 20_000, ofPage: 200 });
    expect(after).toMatchObject({ totals: 16_000, visitors: 16_000, ofPage: 160 });
  });
});
