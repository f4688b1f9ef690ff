import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { queryRows } from '../../../packages/collector/src/store/query-rows.js';
import { type FileAccess, openFileStorage, openHost } from '../../../packages/sdk-hybrid-bridge/src/native/index.js';
import { eventIdOf, openBridgePage, PAGE_ORIGIN } from '../../fixtures/bridge-page.js';
import { atRest, createManualTime } from '../../fixtures/manual-time.js';
import { nodeFiles } from '../../fixtures/node-files.js';
import { inspectStore, startTestCollector, type TestCollector } from '../../fixtures/start-test-collector.js';
import { temporaryDirectory } from '../../fixtures/temporary-directory.js';

let test: TestCollector;
beforeAll(async () => {
  test = await startTestCollector();
});
afterAll(() => rm(test.directory, { recursive: true, force: true }));

interface Row {
  readonly event_id: string;
  readonly event_type: string;
  readonly surface: string;
  readonly queue_id: string;
  readonly seq: number;
  readonly session_id: string;
  readonly visitor_id: string;
  readonly page: string;
  readonly from_page: string;
  readonly modules: readonly string[];
  readonly dwell_ms: number;
  readonly sdk_name: string;
}

it('brings what an app and its pages did to the store, each once, over kills of the process and lost answers', async () => {
  const { collector } = test;
  const time = createManualTime(Date.now());
  const real = nodeFiles(await temporaryDirectory());
  let writing = 0;
  const counted = <A extends readonly unknown[]>(write: (...given: A) => Promise<void>) => {
    return (...given: A) => {
      writing++;
      return write(...given).finally(() => writing--);
    };
  };
  const files: FileAccess = { ...real, append: counted(real.append), replace: counted(real.replace) };
  let isAnswerLost = false;
  const lossyFetch: typeof fetch = async (...request) => {
    const answer = await fetch(...request);
    if (isAnswerLost) throw new TypeError('the network was gone before the answer came');
    return answer;
  };
  /** A process of the app; the one before is gone without a word. */
  let process = 0;
  async function start() {
    const mine = ++process;
    return openHost({
      endpoint: collector.url,
      writeKey: collector.keys.writeKey,
      appId: 'shop',
      storage: await openFileStorage(files),
      origins: [PAGE_ORIGIN],
      fetch: lossyFetch,
      wallMs: time.wallMs,
      monotonicMs: time.monotonicMs,
      timers: { ...time.timers, set: (run, ms) => time.timers.set(() => mine === process && run(), ms) },
    });
  }
  /** Disk and network need more than a turn. */
  async function until(isSo: () => boolean): Promise<void> {
    for (const deadline = Date.now() + 20_000; !isSo(); await atRest()) {
      if (Date.now() > deadline) throw new Error('it did not come to be so within 20 s');
    }
  }

  /** Between two writes: the log is as a kill would find it. */
  async function written(): Promise<void> {
    for (let quiet = 0; quiet < 5; quiet = writing === 0 ? quiet + 1 : 0) await atRest();
  }

  const first = await start();
  const page = openBridgePage(first, time.wallMs);
  page.hello();
  first.screen('Home', { template: 'home' });
  first.screen('Funds', { showsPage: page.channel });
  page.say('view', { page: '/funds/P30', template: 'fund', modules: ['chart', 'fees'] });
  page.handOver([1, 2, 3]);
  await until(() => page.last('ack') !== undefined);
  isAnswerLost = true;
  await first.flush();
  isAnswerLost = false;
  expect(first.health()).toMatchObject({ delivered: 0 });
  first.screen('Pay');
  await time.advance(2_500);
  await written();

  const second = await start(); // the first process was killed; its batches are at the collector, unknown to the device
  const again = openBridgePage(second, time.wallMs);
  Object.assign(again.ids, page.ids, { ...(page.last('welcome') && { sessionId: page.last('welcome')?.sessionId }) });
  again.hello();
  again.handOver([2, 3, 4, 5]);
  await until(() => again.last('ack') !== undefined);
  await second.flush();
  expect(second.health()).toMatchObject({ queued: 0, rejected: 0 });
  second.conversion('bought');
  await written();

  const third = await start(); // killed again, just after the event was written
  third.screen('Done');
  await third.close();
  expect(third.health()).toMatchObject({ queued: 0, rejected: 0, dropped: {} });

  await test.drained();
  await collector.close();
  const rows = await inspectStore(test.directory, (store) =>
    queryRows<Row>(
      store,
      `SELECT event_id, event_type, surface, queue_id, seq, session_id, visitor_id, page, from_page, modules, dwell_ms, sdk_name
       FROM events ORDER BY surface, seq`,
      {},
    ),
  );
  const native = rows.filter(({ surface }) => surface === 'native');
  const h5 = rows.filter(({ surface }) => surface === 'h5');
  expect(new Set(rows.map(({ event_id }) => event_id)).size).toBe(rows.length);

  expect(h5.map(({ event_id, seq }) => [event_id, seq])).toEqual(
    [1, 2, 3, 4, 5].map((seq) => [eventIdOf(page.ids.queueId, seq), seq]),
  );
  expect(new Set(h5.map(({ queue_id }) => queue_id))).toEqual(new Set([page.ids.queueId]));

  expect(native.map(({ seq }) => seq)).toEqual(native.map((_, index) => index + 1));
  expect(new Set(native.map(({ queue_id }) => queue_id)).size).toBe(1);
  expect(native.map(({ event_type, page: shown }) => [event_type, shown])).toEqual([
    ['screen_view', 'Home'],
    ['view_end', 'Home'],
    ['transition', 'Funds'],
    ['screen_view', 'Funds'],
    ['view_end', 'Funds'],
    ['transition', 'Pay'],
    ['screen_view', 'Pay'],
    ['view_end', 'Pay'],
    ['conversion', ''],
    ['screen_view', 'Done'],
    ['view_end', 'Done'],
  ]);
  expect(native[5]).toMatchObject({ from_page: '/funds/P30', modules: ['chart', 'fees'] });
  expect(native[7]?.dwell_ms).toBe(2_000); // the kill cost what came after the last checkpoint

  // One visitor and one session: the page's events before its welcome were taken over.
  const welcome = page.last('welcome');
  expect(new Set(rows.map(({ session_id }) => session_id))).toEqual(new Set([welcome?.sessionId]));
  expect(new Set(rows.map(({ visitor_id }) => visitor_id))).toEqual(new Set([welcome?.visitorId]));
});
