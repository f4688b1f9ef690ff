import { readFile } from 'node:fs/promises';
import { brandId } from '@tidemark/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRowEncoder, EVENTS_STREAM, REJECTED_STREAM } from '../../packages/collector/src/store/encode-rows.js';
import { loadRows } from '../../packages/collector/src/store/load-rows.js';
import type { BatchRow } from '../../packages/collector/src/store/tables/events.js';
import { T0 } from '../fixtures/batches.js';
import { startTestEngine } from '../fixtures/migrated-store.js';
import type { TestEngine } from '../fixtures/start-engine.js';
import { batchRow, eventRow, layoutOf, rowId } from '../fixtures/store-rows.js';

interface WorkedQuery {
  readonly title: string;
  readonly columns: readonly string[];
  readonly sql: string;
}

/** Reads the page as a person does: a numbered heading, the columns it names, the SQL. */
function workedQueries(markdown: string): WorkedQuery[] {
  const pattern = /^### \d+\. (.+)\n\n[\s\S]+?\n\nColumns: (.+)\.\n\n```sql\n([\s\S]+?)\n```$/gm;
  return [...markdown.matchAll(pattern)].map(([, title = '', columns = '', sql = '']) => ({
    title,
    columns: [...columns.matchAll(/`(\w+)`/g)].map(([, name = '']) => name),
    sql,
  }));
}

/** The example values of the page's own table. */
function exampleParameters(markdown: string): Record<string, string> {
  const rows = markdown.matchAll(/^\| `(\w+)` \| `\w+` \| `([^`]+)` \| .+ \|$/gm);
  return Object.fromEntries([...rows].map(([, name, value]) => [name, value]));
}

const MARKDOWN = await readFile('docs/analysts.md', 'utf8');
const QUERIES = workedQueries(MARKDOWN);
const PARAMETERS = exampleParameters(MARKDOWN);
const DAY_MS = 86_400_000;

type Fields = Parameters<typeof eventRow>[1];
/** An event of any kind, those of servers too. */
const event = (seq: number, fields: object, atMs?: number) => eventRow(seq, fields as Fields, atMs);

/** One visitor's session on one surface; its queue is its own. */
function batchOf(visitor: number, session: number, surface: 'h5' | 'native', dayMs = 0): BatchRow {
  const batch = batchRow(session, visitor, PARAMETERS.workspace);
  const { context } = batch;
  return {
    ...batch,
    receivedAt: T0 + dayMs + 120_000,
    context: {
      ...context,
      surface,
      release: surface === 'h5' ? '1.0' : '2.0',
      queueId: brandId(rowId(500 + visitor)),
      userId: `user-${visitor}`,
      sessionStartedAt: T0 + dayMs,
    },
  };
}

const order = (id: string, side: string, fields: object = {}) => ({
  type: 'order',
  orderId: id,
  productId: 'p1',
  side,
  phase: 'placed',
  shares: 100,
  price: 1.5,
  currency: 'CNY',
  ...fields,
});

/** What a server sends is of no device and no session. */
const SERVER_BATCH = {
  ...batchRow(9, 0, PARAMETERS.workspace),
  context: { appId: 'shop', surface: '', sdk: { name: 'test', version: '1' } },
} as unknown as BatchRow; // as the collector makes it

/** Two devices on two surfaces and two days, a server's books, and a refusal. */
function loadedRows(): { readonly events: readonly Uint8Array[]; readonly rejected: Uint8Array } {
  const encoder = createRowEncoder();
  const events = [
    encoder.events(batchOf(1, 1, 'h5'), [
      event(1, { type: 'page_view', page: '/home', campaign: { source: 'mail' } }),
      event(2, { type: 'view_end', page: '/home', dwellMs: 3_000 }),
      event(3, { type: 'transition', page: '/product', fromPage: '/home', way: 'link' }),
      event(4, { type: 'page_view', page: '/product' }),
      event(5, { type: 'web_vital', metric: 'LCP', value: 1_800, page: '/product' }),
      event(6, { type: 'conversion', goal: 'application', amount: 250.5, currency: 'CNY', page: '/product' }),
      event(7, order('o1', 'subscribe')),
      // 8 and 9 never came.
      event(10, { type: 'error', message: 'x is undefined', page: '/product' }),
      event(11, { type: 'view_end', page: '/product', dwellMs: 9_000 }),
    ]),
    encoder.events(batchOf(2, 2, 'native'), [
      event(21, { type: 'screen_view', page: '/product' }),
      event(22, order('o2', 'sell'), 40_000),
      event(23, { type: 'view_end', page: '/product', dwellMs: 5_000 }, 45_000),
    ]),
    encoder.events(batchOf(1, 3, 'h5', DAY_MS), [
      event(12, { type: 'page_view', page: '/home' }, DAY_MS + 1_000),
      event(13, { type: 'view_end', page: '/home', dwellMs: 1_000 }, DAY_MS + 2_000),
    ]),
    encoder.events(SERVER_BATCH, [
      event(
        31,
        { type: 'macro_point', seq: 0, series: 'loan_rate', periodAt: T0, value: 3.45, revision: 0, source: 'bank' },
        -DAY_MS,
      ),
      event(
        32,
        { type: 'macro_point', seq: 0, series: 'loan_rate', periodAt: T0, value: 9.99, revision: 0, source: 'bank' },
        DAY_MS,
      ),
      event(
        33,
        {
          ...order('o1', 'subscribe'),
          seq: 0,
          type: 'order_fill',
          phase: 'partially_filled',
          shares: 40,
          remainingShares: 60,
        },
        67_000,
      ),
    ]),
    encoder.events(batchRow(7, 7, 'another'), [event(41, { type: 'page_view', page: '/secret' })]),
  ];
  const rejection = { index: 0, eventId: brandId<never>('x'), reason: 'wrong_type', field: 'seq' } as const;
  const rejected = encoder.rejected([
    { workspaceId: PARAMETERS.workspace ?? '', appId: 'shop', batchId: rowId(1), receivedAt: T0, rejection, raw: '{}' },
  ]);
  return { events, rejected };
}

describe('docs/analysts.md', () => {
  let test: TestEngine;
  beforeAll(async () => {
    test = await startTestEngine();
    const { events, rejected } = loadedRows();
    expect(await loadRows(test.store, layoutOf(EVENTS_STREAM), events)).toBeUndefined();
    expect(await loadRows(test.store, layoutOf(REJECTED_STREAM), [rejected])).toBeUndefined();
  });
  afterAll(() => test.close());

  async function run({ sql }: WorkedQuery, parameters = PARAMETERS) {
    const answer = await test.store.client().query({ query: sql, query_params: parameters, format: 'JSON' });
    return answer.json<Record<string, unknown>>();
  }

  const rowsOf = async (title: string) => {
    const query = QUERIES.find((one) => one.title === title);
    if (!query) throw new Error(`there is no query ${title}`);
    return (await run(query)).data;
  };

  it('has twenty queries, each of one workspace', () => {
    expect(QUERIES).toHaveLength(20);
    for (const { sql } of QUERIES) expect(sql).toContain('workspace_id = {workspace:String}');
  });

  it.each(QUERIES)('$title: brings rows, with the columns that the page names', async (query) => {
    const { meta, data } = await run(query);
    expect(meta?.map(({ name }) => name)).toEqual(query.columns);
    expect(data.length).toBeGreaterThan(0);
    expect(JSON.stringify(data)).not.toMatch(/null|nan|inf\b|secret/i);
    expect((await run(query, { ...PARAMETERS, workspace: 'nobody' })).data).toEqual([]);
  });

  it('brings the figures that the loaded events have', async () => {
    expect(await rowsOf('A funnel')).toMatchObject([
      { step: 1, share_ratio: 1 },
      { step: 2, share_ratio: 0.5 },
      { step: 3, share_ratio: 0.5 },
    ]);
    expect(await rowsOf('What became of the orders')).toMatchObject([
      { product: 'p1', order_side: 'sell', fill_ratio: 0 },
      { product: 'p1', order_side: 'subscribe', fill_ratio: 0.4 },
    ]);
    expect(await rowsOf('How long a fill takes')).toMatchObject([
      { order_side: 'subscribe', seconds_median: expect.toSatisfy((s) => Number(s) === 60) },
    ]);
    const economy = await rowsOf('The economy at the moment of an order');
    expect(economy.map(({ order, value }) => [order, value])).toEqual([
      ['o1', 3.45],
      ['o2', 3.45],
    ]);
    expect(await rowsOf('What is missing, and what came late')).toMatchObject([
      { release: '1.0', missing_ratio: 0.1538 }, // 2 of 13
      { release: '2.0', missing_ratio: 0 },
    ]);
    expect(await rowsOf('Campaigns')).toMatchObject([{ campaign: 'mail', conversion_ratio: 1 }]);
    const returned = (await rowsOf('Who comes back')).map((row) => [
      row.first_day,
      Number(row.days_later),
      Number(row.visitors),
    ]);
    expect(returned).toEqual([
      ['2026-01-05', 0, 2],
      ['2026-01-05', 1, 1],
    ]);
  });
});
