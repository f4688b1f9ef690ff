import { brandId, type EventId, type QueueId, type WorkspacePart } from '@tidemark/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { T0 } from '../../../../../test/fixtures/batches.js';
import { startTestEngine } from '../../../../../test/fixtures/migrated-store.js';
import { flagOf } from '../../../../../test/fixtures/risk-flag.js';
import type { TestEngine } from '../../../../../test/fixtures/start-engine.js';
import {
  batchRow,
  copiesRow,
  EVENTS_LAYOUT,
  eventRow,
  layoutOf,
  rowId,
} from '../../../../../test/fixtures/store-rows.js';
import type { StoreConnection } from '../connect.js';
import { COPIES_STREAM, createRowEncoder, REJECTED_STREAM } from '../encode-rows.js';
import { loadRows } from '../load-rows.js';
import type { BatchRow } from '../tables/events.js';
import type { RejectedRow } from '../tables/rejected.js';
import { readFlagEvents } from './flag-events.js';
import { BYTES_MAX, RAW_MAX_BYTES } from './left-out-events.js';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const encoder = createRowEncoder();

describe('the raw events of a flag about a part of the app', () => {
  let test: TestEngine;
  beforeAll(async () => {
    test = await startTestEngine();
    const view = (minute: number, page: string, template?: string) =>
      eventRow(minute, { type: 'page_view', page, ...(template !== undefined && { template }) }, minute * MINUTE_MS);
    const batch = (n: number, change: Partial<BatchRow['context']> = {}, workspaceId = 'w1') => {
      const row = batchRow(n, n, workspaceId);
      return { ...row, context: { ...row.context, ...change } };
    };
    const refusal = await loadRows(test.store, EVENTS_LAYOUT, [
      encoder.events(
        batch(1),
        [1, 11, 15, 25, 40].map((minute) => view(minute, `/product/${minute}`, 'product')),
      ),
      encoder.events(batch(2), [view(16, '/help'), view(17, 'product')]),
      encoder.events(batch(3, { surface: 'native', release: '2.4' }), [view(18, 'product', 'product')]),
      encoder.events(batch(4, {}, 'w2'), [view(19, '/product/1', 'product')]),
    ]);
    expect(refusal).toBeUndefined();
  });
  afterAll(() => test.close());

  /** Of a break from the 20th to the 30th minute, the minutes of what is shown. */
  async function shown(part?: WorkspacePart, eventIds: readonly string[] = []) {
    const flag = flagOf({
      kind: 'funnel_break',
      entity: { kind: 'workspace', id: 'w1' },
      firstAt: T0 + 20 * MINUTE_MS,
      lastAt: T0 + 30 * MINUTE_MS,
    });
    const evidence = { ...flag.evidence, eventIds };
    const { events } = await readFlagEvents(test.store, 'w1', { ...flag, evidence }, part, 100);
    return events.map(({ seq }) => Number(seq));
  }

  it.each<[WorkspacePart, readonly number[]]>([
    [{ part: 'page', page: 'product', surface: 'h5' }, [11, 15, 17, 25]],
    [{ part: 'page', page: '/help', surface: 'h5' }, [16]],
    [{ part: 'surface', surface: 'native' }, [18]],
    [{ part: 'release', release: '2.4' }, [18]],
    [{ part: 'all surfaces' }, [11, 15, 16, 17, 18, 25]],
    [{ part: 'deliveries' }, []],
  ])('are those of it, from ten minutes before: %o', async (part, minutes) => {
    expect(await shown(part)).toEqual(minutes);
  });

  it('are besides those that it names, and of the workspace those of its time', async () => {
    expect(await shown({ part: 'deliveries' }, [rowId(40)])).toEqual([40]);
    expect(await shown(undefined)).toEqual([25]);
  });
});

describe('the raw events of a flag about deliveries', () => {
  let test: TestEngine;
  beforeAll(async () => {
    test = await startTestEngine();
  });
  afterAll(() => test.close());

  const ofDevice = (visitor: number) =>
    flagOf({ kind: 'data_quality', entity: { kind: 'device', id: rowId(visitor) }, firstAt: T0, lastAt: T0 + 60_000 });

  it('are found among many by little memory, however often a device sent copies', async () => {
    const client = test.store.client();
    await client.command({
      query: `INSERT INTO events (workspace_id, app_id, event_day, event_id, queue_id, seq, corrected_at)
        SELECT 'w1', 'shop', toDate(fromUnixTimestamp64Milli(${T0})), generateUUIDv4(number),
          toUUID(concat('00000000-0000-7000-8000-', leftPad(toString(number % 1000), 12, '0'))), number, fromUnixTimestamp64Milli(${T0 - 60_000})
        FROM numbers(150000)`,
    });
    const stretches = Array.from({ length: 100 }, (_, i) => ({
      ...copiesRow(7, 70),
      receivedAt: T0 + i,
      firstSeq: 1_000 * i,
      lastSeq: 1_000 * i + 999,
    }));
    expect(await loadRows(test.store, layoutOf(COPIES_STREAM), [createRowEncoder().copies(stretches)])).toBeUndefined();
    const { events } = await readFlagEvents(withMemory(test.store, 60), 'w1', ofDevice(70), undefined, 1_000);
    expect(events.map(({ seq }) => Number(seq)).sort((a, b) => a - b)).toEqual(
      Array.from({ length: 100 }, (_, i) => 1_000 * i + 7),
    );
  });

  it('are those of a hundred days, whatever day a sender says that its events are of', async () => {
    const original = (n: number, at: number) =>
      eventRow(n, { type: 'page_view', page: '/', occurredAt: at as never }, 0);
    const row = batchRow(8, 8);
    const batch = { ...row, context: { ...row.context, queueId: brandId<QueueId>(rowId(8_000)) } };
    const old = Date.UTC(2000, 0, 1);
    const events = [original(1, T0), original(2, T0 - 99 * DAY_MS), original(3, old)];
    expect(await loadRows(test.store, EVENTS_LAYOUT, [createRowEncoder().events(batch, events)])).toBeUndefined();
    const stretch = { ...copiesRow(8_000, 72), firstSeq: 1, lastSeq: 3, firstOccurredAt: old };
    expect(await loadRows(test.store, layoutOf(COPIES_STREAM), [createRowEncoder().copies([stretch])])).toBeUndefined();
    const read = await readFlagEvents(test.store, 'w1', ofDevice(72), undefined, 100);
    expect(read.events.map(({ seq }) => Number(seq)).sort()).toEqual([1, 2]);
  });

  it('are no more than a reader can hold, however long they are, and the answer says that it was cut', async () => {
    const events = async (fromSeq: number, each: number, how: number) =>
      test.store.client().command({
        query: `INSERT INTO events (workspace_id, app_id, event_day, event_id, visitor_id, seq, corrected_at, props)
          SELECT 'w1', 'shop', toDate(fromUnixTimestamp64Milli(${T0})), generateUUIDv4(number), '${rowId(73)}',
            ${fromSeq} + number, fromUnixTimestamp64Milli(${T0} + ${fromSeq} + toInt64(number)), map('text', repeat('x', ${each}))
          FROM numbers(${how})`,
      });
    await events(0, 1, 10);
    const read = async (limit = 1_000) => {
      const found = await readFlagEvents(test.store, 'w1', ofDevice(73), undefined, limit);
      return { ...found, seqs: found.events.map(({ seq }) => Number(seq)) };
    };
    expect(await read()).toMatchObject({ seqs: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9], isCut: false });
    expect(await read(10)).toMatchObject({ isCut: false });
    expect(await read(9)).toMatchObject({ seqs: [0, 1, 2, 3, 4, 5, 6, 7, 8], isCut: true });
    await events(10, BYTES_MAX / 16, 20);
    const { seqs, isCut } = await read();
    expect([seqs, isCut]).toEqual([Array.from({ length: 25 }, (_, seq) => seq), true]); // a sixteenth long one would not fit

    const rejected = Array.from({ length: 2 * (BYTES_MAX / RAW_MAX_BYTES) }, (_, index) => ({
      ...refusedRow(index, 73),
      raw: String(index).padEnd(RAW_MAX_BYTES),
    }));
    const refusal = await loadRows(test.store, layoutOf(REJECTED_STREAM), [createRowEncoder().rejected(rejected)]);
    expect(refusal).toBeUndefined();
    const { refused } = await read(5_000);
    expect(refused.map(({ event_index }) => event_index)).toEqual(Array.from({ length: refused.length }, (_, i) => i));
    expect(JSON.stringify(refused).length).toBeLessThan(BYTES_MAX);
    expect(JSON.stringify(refused).length).toBeGreaterThan(0.9 * BYTES_MAX);
  });

  it('are without what is too long to be looked at, which is told all the same', async () => {
    const raws = ['{"a":1}', 'x'.repeat(RAW_MAX_BYTES), 'x'.repeat(RAW_MAX_BYTES + 1)];
    const rejected = raws.map((raw, index) => ({ ...refusedRow(index, 71), raw }));
    expect(
      await loadRows(test.store, layoutOf(REJECTED_STREAM), [createRowEncoder().rejected(rejected)]),
    ).toBeUndefined();
    const { refused } = await readFlagEvents(test.store, 'w1', ofDevice(71), undefined, 1_000);
    expect(refused.map(({ raw }) => raw)).toEqual([raws[0], raws[1], '']);
    expect(refused.map(({ field }) => field)).toEqual(['name', 'name', 'name']);
  });
});

/** An event that was refused, of a batch of its visitor. */
function refusedRow(index: number, visitor: number): RejectedRow {
  return {
    workspaceId: 'w1',
    appId: 'shop',
    batchId: rowId(visitor),
    receivedAt: T0,
    rejection: { index, eventId: brandId<EventId>(''), reason: 'wrong_type', field: 'name' },
    visitorId: rowId(visitor),
    raw: '',
  };
}

/** The store with so many megabytes for a query. */
function withMemory(store: StoreConnection, megabytes: number): StoreConnection {
  const client = store.client();
  const query: typeof client.query = (asked) =>
    client.query({
      ...asked,
      clickhouse_settings: { ...asked.clickhouse_settings, max_memory_usage: String(megabytes * 1_000_000) },
    });
  return { ...store, client: () => Object.assign(Object.create(client), { query }) };
}
