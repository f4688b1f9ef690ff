import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestEngine } from '../../../../../test/fixtures/migrated-store.js';
import type { TestEngine } from '../../../../../test/fixtures/start-engine.js';
import { batchRow, eventRow } from '../../../../../test/fixtures/store-rows.js';
import { temporaryDirectory } from '../../../../../test/fixtures/temporary-directory.js';
import { createLoadDecisions } from '../../batch/load-decisions.js';
import { nodeFileSystem } from '../../disk/file-system.js';
import { createLogger } from '../../observe/logger.js';
import { createRowEncoder, EVENTS_STREAM, REJECTED_STREAM } from '../../store/encode-rows.js';
import { queryRows } from '../../store/query-rows.js';
import type { Refusal } from '../../store/refusal.js';
import { openJournal } from '../../wal/open-journal.js';
import { replayRefused } from '../replay-refused.js';
import { createStreamLoad } from './load-stream.js';
import { WAL_LAYOUT } from './wal-streams.js';

const encoder = createRowEncoder();

/** One batch a session, of views whose pages have these names; `seq` goes on from `first`. */
function batch(session: number, first: number, pages: readonly string[]): Uint8Array {
  const rows = pages.map((page, at) => eventRow(first + at, { type: 'page_view', page }));
  return encoder.events(batchRow(session, 7), rows);
}

describe('loading what the store partly refuses', () => {
  let test: TestEngine;
  beforeAll(async () => {
    test = await startTestEngine();
    await run("ALTER TABLE events ADD CONSTRAINT no_poison CHECK page NOT LIKE '%poison%'");
  });
  afterAll(() => test.close());

  const run = (query: string) => test.store.client().command({ query });
  const count = async (query: string) => {
    const [row] = await queryRows<{ n: number }>(test.store, `SELECT toUInt32(${query}) AS n`, {});
    return row?.n;
  };
  const pages = () => queryRows(test.store, 'SELECT page, count() AS rows FROM events GROUP BY page ORDER BY page', {});
  const views = () => count("(SELECT sum(views) FROM page_stats WHERE page LIKE '/%')");

  async function openLoad(directory: string) {
    const journal = await openJournal(directory, 'refused.journal', nodeFileSystem);
    const decisions = createLoadDecisions<Refusal>(journal);
    return {
      decisions,
      load: createStreamLoad({ store: test.store, decisions, logger: createLogger('silent') }),
      close: () => journal.close(),
    };
  }

  it('takes the good rows once, keeps the bad ones, and puts them through when the schema is mended', async () => {
    const directory = await temporaryDirectory();
    const segment = [batch(1, 1, ['/a', '/poison/1', '/b']), batch(2, 4, ['/c', '/poison/2', '/poison/3'])];
    const first = await openLoad(directory);
    expect(await first.load(WAL_LAYOUT, EVENTS_STREAM, segment)).toEqual({ refusedRows: 3, keep: false });
    await first.close();
    const second = await openLoad(directory); // killed before the segment was removed
    expect(second.decisions.any()).toBe(true);
    expect(await second.load(WAL_LAYOUT, EVENTS_STREAM, segment)).toEqual({ refusedRows: 3, keep: false });
    await second.decisions.clear();
    expect(second.decisions.any()).toBe(false);
    await second.close();
    const good = ['/a', '/b', '/c'].map((page) => ({ page, rows: 1 }));
    expect(await pages()).toEqual(good);
    expect(await views()).toBe(3);
    const rejected = await queryRows(
      test.store,
      'SELECT workspace_id, app_id, reason, field, count() AS rows, uniqExact(event_id) AS events FROM rejected GROUP BY ALL',
      {},
    );
    const one = { workspace_id: 'w1', app_id: 'shop', reason: 'refused_by_store', field: 'VIOLATED_CONSTRAINT' };
    expect(rejected).toEqual([{ ...one, rows: 3, events: 3 }]);

    expect(await replayRefused(test.store, 'w1')).toEqual({ read: 3, taken: 0, stillRefused: 3 });
    expect(await replayRefused(test.store, 'another')).toEqual({ read: 0, taken: 0, stillRefused: 0 });
    await run('ALTER TABLE events DROP CONSTRAINT no_poison');
    await run("ALTER TABLE events ADD CONSTRAINT no_poison CHECK page != '/poison/3'");
    expect(await replayRefused(test.store, 'w1')).toEqual({ read: 3, taken: 2, stillRefused: 1 });
    expect(await replayRefused(test.store, 'w1')).toEqual({ read: 1, taken: 0, stillRefused: 1 });
    await run('ALTER TABLE events DROP CONSTRAINT no_poison');
    expect(await replayRefused(test.store, 'w1')).toEqual({ read: 1, taken: 1, stillRefused: 0 });
    expect(await replayRefused(test.store, 'w1')).toEqual({ read: 0, taken: 0, stillRefused: 0 });
    const mended = ['/poison/1', '/poison/2', '/poison/3'].map((page) => ({ page, rows: 1 }));
    expect(await pages()).toEqual([...good, ...mended]);
    expect(await views()).toBe(6);
  });

  it('takes no row a second time that a replay took before it was broken off', async () => {
    await run("ALTER TABLE events ADD CONSTRAINT no_poison CHECK page NOT LIKE '%poison%'");
    const { load, close } = await openLoad(await temporaryDirectory());
    const rows = batch(3, 10, ['/poison/10']);
    expect(await load(WAL_LAYOUT, EVENTS_STREAM, [rows])).toEqual({ refusedRows: 1, keep: false });
    await run('ALTER TABLE events DROP CONSTRAINT no_poison');
    // As the replay does it, but for the token: it may be forgotten by the time of the next replay.
    await run('ALTER TABLE events MODIFY SETTING non_replicated_deduplication_window = 0');
    expect(await load(WAL_LAYOUT, EVENTS_STREAM, [rows])).toEqual({ refusedRows: 1, keep: false }); // decided is decided
    await close();
    const other = await openLoad(await temporaryDirectory());
    await other.load(WAL_LAYOUT, EVENTS_STREAM, [rows]);
    await other.close();
    expect(await replayRefused(test.store, 'w1')).toEqual({ read: 1, taken: 1, stillRefused: 0 });
    expect(await count("(SELECT count() FROM events WHERE page = '/poison/10')")).toBe(1);
    await run('ALTER TABLE events MODIFY SETTING non_replicated_deduplication_window = 1000');
  });

  it('keeps the segment when a row cannot even be put into rejected, and takes what is good around it', async () => {
    const { load, close } = await openLoad(await temporaryDirectory());
    const torn = batch(4, 20, ['/torn']).subarray(0, 60);
    const outcome = await load(WAL_LAYOUT, EVENTS_STREAM, [batch(5, 21, ['/before']), torn, batch(6, 22, ['/behind'])]);
    expect(outcome).toEqual({ refusedRows: 1, keep: true });
    expect(await count("(SELECT count() FROM events WHERE page IN ('/before', '/behind'))")).toBe(2);
    expect(await load(WAL_LAYOUT, REJECTED_STREAM, [torn])).toEqual({ refusedRows: 1, keep: true });
    expect(await load(WAL_LAYOUT, 9, [torn])).toEqual({ refusedRows: 0, keep: true });
    await close();
  });

  it('throws for what may be mended, so that the same rows are sent again as they are', async () => {
    const { load, close } = await openLoad(await temporaryDirectory());
    const rows = batch(7, 30, ['/again']);
    await run('RENAME TABLE events TO events_away');
    await expect(load(WAL_LAYOUT, EVENTS_STREAM, [rows])).rejects.toMatchObject({
      code: 'store_refused',
      message: expect.stringMatching(/^ClickHouse fault 60 \(UNKNOWN_TABLE\)$/),
    });
    await run('RENAME TABLE events_away TO events');
    expect(await load(WAL_LAYOUT, EVENTS_STREAM, [rows])).toEqual({ refusedRows: 0, keep: false });
    await close();
  });
});
