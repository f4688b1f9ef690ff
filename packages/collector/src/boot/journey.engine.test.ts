import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deliver, makeBatch, makeEvent, T0, testId } from '../../../../test/fixtures/batches.js';
import {
  inspectStore,
  startTestCollector,
  type TestCollector,
} from '../../../../test/fixtures/start-test-collector.js';
import { queryRows } from '../store/query-rows.js';

const MINUTE = 60_000;

describe('a journey over native screens and a page whose clock is ten minutes ahead', () => {
  let test: TestCollector;
  beforeAll(async () => {
    test = await startTestCollector();
  });
  afterAll(() => test.close());

  it('is one session of one visitor, in the order of causes, from its first screen to its last', async () => {
    const { url, keys } = test.collector;
    const session = { sessionId: testId<never>(1), sessionStartedAt: T0 };
    const host = testId<never>(2);
    const page = testId<never>(3);
    const ahead = T0 + 10 * MINUTE;
    const nativeEvent = (seq: number, atMs: number, stamp: readonly [number, number], fields: object) =>
      makeEvent(seq, {
        name: undefined,
        occurredAt: T0 + atMs,
        logicalMs: stamp[0],
        logicalCount: stamp[1],
        ...fields,
      });
    const pageEvent = (seq: number, atMs: number, stamp: readonly [number, number], fields: object) =>
      makeEvent(
        seq,
        { name: undefined, occurredAt: ahead + atMs, logicalMs: stamp[0], logicalCount: stamp[1], ...fields },
        2,
      );

    const native = [
      nativeEvent(1, 0, [T0, 0], { type: 'screen_view', page: 'Home' }),
      nativeEvent(2, 9_000, [T0 + 9_000, 0], { type: 'view_end', page: 'Home', dwellMs: 9_000 }),
      nativeEvent(3, 9_000, [T0 + 9_000, 1], {
        type: 'transition',
        page: 'Fund',
        fromPage: 'Home',
        way: 'push',
        fromTemplate: 'home',
        modules: ['banner', 'ranking'],
      }),
      // The page was heard: from here on the host's clock runs with the page's, which is ahead.
      nativeEvent(4, 30_000, [ahead + 29_500, 1], { type: 'screen_view', page: 'Order' }),
      nativeEvent(5, 30_000, [ahead + 29_500, 2], {
        type: 'transition',
        page: 'Order',
        fromPage: '/fund/7',
        way: 'bridge_call',
      }),
    ];
    const h5 = [
      pageEvent(1, 12_000, [ahead + 12_000, 0], { type: 'page_view', page: '/fund/7', template: 'fund' }),
      pageEvent(2, 12_000, [ahead + 12_000, 1], { type: 'alias', previousVisitorId: page }),
      pageEvent(3, 29_500, [ahead + 29_500, 0], { type: 'click', target: 'buy', page: '/fund/7' }),
    ];
    // What the page told before it knew the host lies under its own id, in a session of its own, as pages do over HTTP.
    const before = makeBatch({
      queue: 9,
      context: { visitorId: page },
      events: [makeEvent(1, { name: undefined, type: 'page_view', page: '/fund/7', occurredAt: ahead }, 9)],
    });
    // The page's rows come first and by another way: neither arrival nor the clocks tell the order.
    const context = { ...session, visitorId: host };
    await deliver(url, keys.writeKey, before);
    await deliver(url, keys.writeKey, makeBatch({ queue: 2, context, events: h5 }));
    await deliver(
      url,
      keys.writeKey,
      makeBatch({ queue: 1, context: { ...context, surface: 'native' }, events: native }),
    );
    await test.drained();

    const sessions = await test.report('sessions');
    expect(sessions.totals).toMatchObject({ sessions: 2, visitors: 1, views: 4 });
    expect((await test.report('visitors')).totals).toMatchObject({ sessions: 2, visitors: 1 });
    const pages = await test.report('pages');
    expect(pages.totals).toEqual({ views: 4, visitors: 1, sessions: 2 });
    const row = (name: string) => pages.rows.find((candidate) => candidate.page === name);
    expect(row('Home')).toMatchObject({ surface: 'native', views: 1, visitors: 1, entries: 1, exits: 0 });
    expect(row('Order')).toMatchObject({ surface: 'native', views: 1, visitors: 1, entries: 0, exits: 1 });
    // Its one entry and exit are of the session before; the visitor of both is one.
    expect(row('/fund/7')).toMatchObject({ surface: 'h5', views: 2, visitors: 1, entries: 1, exits: 1, bounces: 1 });

    await test.collector.close();
    await inspectStore(test.directory, async (store) => {
      const order = (by: string) =>
        queryRows<{ type: string; at: string }>(
          store,
          `SELECT event_type AS type, page AS at FROM events WHERE session_id = {session:UUID} ORDER BY ${by}`,
          { session: session.sessionId },
        );
      const causal = [
        'screen_view Home',
        'view_end Home',
        'transition Fund',
        'page_view /fund/7',
        'alias ',
        'click /fund/7',
        'screen_view Order',
        'transition Order',
      ];
      const words = (rows: readonly { readonly type: string; readonly at: string }[]) =>
        rows.map(({ type, at }) => `${type} ${at}`);
      expect(words(await order('logical_at, logical_count, seq'))).toEqual(causal);
      expect(words(await order('occurred_at, seq')), 'the clocks alone say another').not.toEqual(causal);
    });
  });
});
