// @vitest-environment happy-dom
import { openDB } from 'idb';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { installFaultyIndexedDb } from '../../../../test/fixtures/faulty-indexed-db.js';
import { CLIENT_NAME, startClient as start } from '../../../../test/fixtures/page-client.js';
import { ackOf, installPageCollector } from '../../../../test/fixtures/page-collector.js';
import { installChannels } from '../../../../test/fixtures/page-locks.js';
import { campaigns } from '../track/campaigns.js';
import type { InitOptions } from './client.js';
import { remoteConfig } from './remote-config.js';

const DAY_MS = 86_400_000;

const pass = (ms: number) => new Promise((done) => setTimeout(done, ms));

/** Everything that waits on the disk, drafts included. */
async function readEvents(): Promise<unknown[]> {
  const database = await openDB(CLIENT_NAME);
  const events = await database.getAll('events');
  database.close();
  return events;
}

function hide(): void {
  vi.spyOn(document, 'hidden', 'get').mockReturnValue(true);
  document.dispatchEvent(new Event('visibilitychange'));
}

describe('init, on a page that lives', () => {
  beforeEach(() => {
    const database = installFaultyIndexedDb();
    localStorage.clear();
    history.replaceState(null, '', '/');
    vi.spyOn(document, 'hidden', 'get').mockReturnValue(false);
    return () => {
      database.restore();
      vi.unstubAllGlobals();
      vi.restoreAllMocks();
    };
  });

  it('asks the collector for nothing but to take events', async () => {
    const { requests } = installPageCollector();
    const client = start({ automaticViews: true });
    client.track('a');
    await client.close();
    expect(new Set(requests)).toEqual(new Set(['batch']));
  });

  it('sends what was tracked before the clock was set apart from what came after, each by its own clock', async () => {
    const { batches } = installPageCollector();
    const client = start();
    client.track('before');
    const now = Date.now();
    const { now: real } = Date;
    vi.spyOn(Date, 'now').mockImplementation(() => real() - DAY_MS);
    client.track('after');
    await client.flush();
    expect(batches.map(({ events }) => events.map((event) => 'name' in event && event.name))).toEqual([
      ['before'],
      ['after'],
    ]);
    const [before, after] = batches;
    expect(Math.abs((before?.sentAt ?? 0) - now)).toBeLessThan(2_000);
    expect(Math.abs((after?.sentAt ?? 0) - now + DAY_MS)).toBeLessThan(2_000);
    expect([before?.context.clockSteps, after?.context.clockSteps]).toEqual([undefined, 1]);
    expect(client.health().clock.steps).toBe(1);
  });

  it('ends a view in the epoch of the clock that its end was timed by', async () => {
    const { batches } = installPageCollector();
    const client = start();
    client.page({ page: 'a' });
    await client.flush();
    const { now: real } = Date;
    vi.spyOn(Date, 'now').mockImplementation(() => real() + DAY_MS);
    await client.close();
    const last = batches.at(-1);
    expect(last?.events.at(-1)?.type).toBe('view_end');
    expect(Math.abs((last?.events.at(-1)?.occurredAt ?? 0) - (last?.sentAt ?? 0))).toBeLessThan(2_000);
    expect(last?.context.clockSteps).toBe(1);
  });

  it('learns from answers how far its clock is off, and says so with what follows', async () => {
    const collector = installPageCollector((batchId) => ackOf(batchId, { serverTimeMs: Date.now() + 60_000 }));
    const client = start();
    client.track('a');
    await client.flush();
    const { offsetMs } = client.health().clock; // the answer to what follows may measure it better
    client.track('b');
    await client.flush();
    const [before, after] = collector.contexts;
    expect(before).not.toHaveProperty('clockOffsetMs');
    expect(Math.abs((after?.clockOffsetMs ?? 0) - 60_000)).toBeLessThanOrEqual((after?.clockErrorMs ?? 0) + 1);
    expect(offsetMs).toBe(after?.clockOffsetMs);
  });

  it('is somebody else after a reset, and the view that was shown still of the one before', async () => {
    const { batches } = installPageCollector();
    const client = start();
    client.identify('u1');
    client.page({ page: 'account' });
    await pass(5);
    client.reset();
    client.track('after');
    await client.close();
    const said = batches.flatMap(({ events, context }) => events.map(({ type }) => ({ type, ...context })));
    const before = said.filter(({ userId }) => userId === 'u1');
    const after = said.filter(({ userId }) => userId === undefined);
    expect(before.map(({ type }) => type)).toEqual(['identify', 'page_view', 'view_end']);
    expect(after.map(({ type }) => type)).toEqual(['custom', 'page_view', 'view_end']);
    for (const id of ['visitorId', 'sessionId'] as const) {
      expect(new Set(before.map((context) => context[id])).size).toBe(1);
      expect(new Set(after.map((context) => context[id])).size).toBe(1);
      expect(after[0]?.[id]).not.toBe(before[0]?.[id]);
    }
    expect(localStorage.getItem('tidemark-0123456789ab.visitor')).toBe(after[0]?.visitorId);
  });

  it('says under which other id the device was known', async () => {
    const collector = installPageCollector();
    const client = start();
    const previousVisitorId = '01a00000-0000-7000-8000-000000000000';
    client.alias(previousVisitorId);
    await client.flush();
    expect(collector.events).toMatchObject([{ type: 'alias', previousVisitorId }]);
  });

  it('tells the campaign with the view, and begins a session with another one', async () => {
    const { batches } = installPageCollector();
    const open = async (address: string) => {
      history.replaceState(null, '', address);
      const client = start({ automaticViews: true, features: [campaigns()] });
      await pass(5);
      await client.close();
    };
    await open('/?utm_source=mail&utm_campaign=spring');
    await open('/?utm_source=mail&utm_campaign=spring');
    await open('/fees');
    await open('/?utm_source=poster');
    const views = batches.flatMap(({ events, context }) =>
      events.flatMap((event) => (event.type === 'page_view' ? [{ ...event, sessionId: context.sessionId }] : [])),
    );
    expect(views.map(({ campaign }) => campaign)).toEqual([
      { source: 'mail', name: 'spring' },
      { source: 'mail', name: 'spring' },
      undefined,
      { source: 'poster' },
    ]);
    const [first, second, third, fourth] = views.map(({ sessionId }) => sessionId);
    expect([second, third]).toEqual([first, first]);
    expect(fourth).not.toBe(first);
  });

  it('begins a session at midnight where it is told to', async () => {
    const { batches } = installPageCollector();
    const evening = new Date(2027, 0, 15, 23, 59, 0).getTime();
    const at = vi.spyOn(Date, 'now').mockReturnValue(evening);
    const client = start({ endSessionAtMidnight: true });
    client.track('evening');
    await client.flush();
    at.mockReturnValue(evening + 120_000);
    client.track('morning');
    await client.flush();
    expect(new Set(batches.map(({ context }) => context.sessionId)).size).toBe(2);
  });

  it('keeps clients of different keys apart on one page', async () => {
    const collector = installPageCollector();
    const one = start();
    const two = start({ writeKey: 'tm_pk_ba9876543210', appId: 'other' });
    one.identify('u1');
    one.track('of one');
    two.track('of two');
    await Promise.all([one.close(), two.close()]);
    const of = (appId: string) => collector.batches.filter(({ context }) => context.appId === appId);
    const [ofOne, ofTwo] = [of('web'), of('other')];
    expect(ofOne.flatMap(({ events }) => events.map(({ seq, type }) => `${seq} ${type}`))).toEqual([
      '1 identify',
      '2 custom',
    ]);
    expect(ofTwo.flatMap(({ events }) => events.map(({ seq, type }) => `${seq} ${type}`))).toEqual(['1 custom']);
    expect(ofTwo[0]?.context).not.toHaveProperty('userId');
    for (const id of ['visitorId', 'sessionId', 'queueId'] as const) {
      expect(ofTwo[0]?.context[id]).not.toBe(ofOne[0]?.context[id]);
    }
  });

  it('finds the end of a view whose page died, once', async () => {
    const collector = installPageCollector(() => Promise.reject(new TypeError('Failed to fetch')));
    const { open } = installChannels();
    const dead = start();
    dead.page({ page: 'a' });
    await dead.flush();
    vi.spyOn(document, 'hidden', 'get').mockReturnValue(false);
    document.dispatchEvent(new Event('visibilitychange')); // a draft, now that the database is open
    await pass(50);
    for (const channel of open) channel.close(); // it does not answer any more
    collector.answer = (batchId) => ackOf(batchId);
    const next = start({ flushIntervalMs: 10 });
    await expect.poll(() => collector.events.map(({ type }) => type)).toEqual(['page_view', 'view_end']);
    const [view, end] = collector.events;
    expect(end).toMatchObject({ page: 'a', viewId: view?.viewId });
    await next.close();
  });

  it('gives the end of a view whose page died the weight of those it stands for', async () => {
    const collector = installPageCollector(() => Promise.reject(new TypeError('Failed to fetch')));
    const { open } = installChannels();
    const dead = start({
      features: [
        (host) => {
          host.judge(() => 4);
          return () => undefined;
        },
      ],
    });
    dead.page({ page: 'a' });
    await dead.flush();
    vi.spyOn(document, 'hidden', 'get').mockReturnValue(false);
    document.dispatchEvent(new Event('visibilitychange')); // a draft, now that the database is open
    await pass(50);
    for (const channel of open) channel.close(); // it does not answer any more
    collector.answer = (batchId) => ackOf(batchId);
    start({ flushIntervalMs: 10 });
    await expect
      .poll(() => collector.events.map(({ type, sampleWeight }) => [type, sampleWeight]))
      .toEqual([
        ['page_view', 4],
        ['view_end', 4],
      ]);
  });

  it('takes what it sends as the end of a view for the draft of it: one number, one id', async () => {
    const collector = installPageCollector();
    const client = start();
    client.page({ page: 'a' });
    await client.flush();
    await pass(1_100); // the draft has its number
    client.track('x');
    await client.close();
    const events = collector.events.toSorted((a, b) => a.seq - b.seq);
    expect(events.map(({ seq, type }) => `${seq} ${type}`)).toEqual(['1 page_view', '2 view_end', '3 custom']);
    expect(client.health()).toMatchObject({ queued: 0, delivered: 3 });
  });

  it.each([
    [[], '/app#/orders'],
    [['tab'], '/app#/orders?tab=open'],
  ])('tells of the query of a hash route no more than %j, whatever the event', async (keepQuery, page) => {
    history.replaceState(null, '', '/app#/orders?tab=open&token=SECRET');
    const collector = installPageCollector(() => Promise.reject(new TypeError('Failed to fetch')));
    const earlier = start({ automaticViews: true, keepQuery });
    earlier.track('a');
    await earlier.flush();
    document.dispatchEvent(new Event('visibilitychange')); // a draft, now that the database is open
    await pass(50);
    const disk = JSON.stringify(await readEvents());
    expect(disk).toContain('view_end');
    expect(disk).not.toContain('SECRET');
    collector.answer = (batchId) => ackOf(batchId);
    await earlier.close();
    expect(collector.events.map(({ type }) => type).toSorted()).toEqual(['custom', 'page_view', 'view_end']);
    expect(new Set(collector.events.map((event) => event.page))).toEqual(new Set([page]));
    expect(JSON.stringify(collector.batches)).not.toContain('SECRET');
  });

  it('begins a view when the page comes back from the cache', async () => {
    const collector = installPageCollector();
    const client = start({ automaticViews: true });
    await pass(5);
    dispatchEvent(new Event('pagehide'));
    dispatchEvent(Object.assign(new Event('pageshow'), { persisted: true }));
    await pass(5);
    client.track('after');
    await client.close();
    // A page that leaves may send what its sender is about to send.
    const idsOf = (type: string) =>
      collector.counted.filter((event) => event.type === type).map(({ viewId }) => viewId);
    const [again] = idsOf('custom');
    expect(idsOf('page_view')).toHaveLength(2);
    expect(new Set(idsOf('page_view')).size).toBe(2);
    expect(idsOf('page_view')).toContain(again);
    expect([...idsOf('view_end')].sort()).toEqual([...idsOf('page_view')].sort());
  });

  it('tells what it dropped when the page is hidden, once each, and nothing where nothing was', async () => {
    const collector = installPageCollector();
    const client = start();
    client.track('fine');
    hide();
    client.track('bad', { list: [1] as unknown as string });
    hide();
    hide();
    client.track('bad', { list: [1] as unknown as string, other: [2] as unknown as string });
    hide();
    await client.flush();
    const health = collector.events.filter((event) => event.type === 'sdk_health');
    expect(health.map(({ dropped }) => dropped)).toEqual([{ bad_prop: 1 }, { bad_prop: 2 }]);
  });

  it('drops what a loop gone wild tracks above measure, counts it, says so, and lets every order through', async () => {
    vi.stubGlobal('indexedDB', undefined);
    const collector = installPageCollector(() => Promise.reject(new TypeError('Failed to fetch')));
    vi.spyOn(performance, 'now').mockReturnValue(1_000); // no token comes back
    const client = start();
    for (let i = 0; i < 20_000; i++) client.track('wild');
    client.track('too many');
    client.order({ orderId: 'o', productId: 'p', side: 'sell', phase: 'placed', shares: 1, price: 1, currency: 'CNY' });
    client.conversion('visit');
    expect(client.health().dropped.rate_limited).toBe(1);
    hide();
    expect(client.health().dropped.rate_limited).toBe(1); // what tells of it is not dropped for it
    vi.restoreAllMocks();
    collector.answer = (batchId) => ackOf(batchId);
    await client.flush();
    const types = new Set(collector.events.map(({ type }) => type));
    expect(types).toEqual(new Set(['custom', 'order', 'conversion', 'sdk_health']));
    const { delivered, dropped } = client.health();
    expect(delivered + (dropped.memory_full ?? 0)).toBe(20_003);
  });

  it('does what the operator says: samples with a weight, and stops within one answer', async () => {
    const collector = installPageCollector((batchId) => ackOf(batchId, { configVersion: 'a' }));
    collector.config = { version: 'a', enabled: true, sampling: { click: 0, rare: 1 } };
    const client = start({ features: [remoteConfig()] });
    await expect.poll(() => collector.requests).toContain('config');
    await pass(5);
    client.click('buy');
    client.track('rare');
    await client.flush();
    expect(collector.events.map(({ type }) => type)).toEqual(['custom']);
    expect(client.health().dropped).toEqual({ sampled: 1 });

    collector.config = { version: 'b', enabled: false, sampling: {} };
    collector.answer = (batchId) => ackOf(batchId, { configVersion: 'b' });
    client.track('last');
    await client.flush();
    await expect.poll(() => client.health().consent).toBe('disabled');
    client.track('none');
    await client.flush();
    expect(client.health().dropped).toEqual({ sampled: 1, disabled: 1 });
    expect(collector.events.map((event) => 'name' in event && event.name)).toEqual(['rare', 'last']);
    await client.close();

    const { length } = collector.requests;
    const next = start({ features: [remoteConfig()] });
    next.track('at once');
    expect(next.health()).toMatchObject({ consent: 'disabled', dropped: { disabled: 1 } });
    await expect.poll(() => collector.requests.slice(length)).toEqual(['config']);
    await pass(5);
    collector.config = { version: 'c', enabled: true, sampling: {} };
    dispatchEvent(new Event('pageshow'));
    await expect.poll(() => next.health().consent).toBe('granted');
    expect(new Set(collector.requests.slice(length))).toEqual(new Set(['config']));
    next.track('again');
    await next.flush();
    expect(collector.events.map((event) => 'name' in event && event.name)).toEqual(['rare', 'last', 'again']);
  });

  it('gives an event that stands for others its weight', async () => {
    const collector = installPageCollector();
    const client = start({
      features: [
        (host) => {
          host.judge((type) => (type === 'click' ? 4 : 1));
          host.judge((_, name) => (name === 'no' ? 'a reason' : 2.5));
          return () => undefined;
        },
      ],
    });
    client.click('buy');
    client.track('yes');
    client.track('no');
    await client.flush();
    expect(collector.events.map(({ sampleWeight }) => sampleWeight)).toEqual([10, 2.5]);
    expect(client.health().dropped).toEqual({ 'a reason': 1 });
  });

  it('takes the visitor back that the cookie remembers, and says that both are one', async () => {
    const remembered = '01a00000-0000-7000-8000-000000000009';
    const collector = installPageCollector();
    collector.config = { version: 'a', enabled: true, sampling: {}, visitorId: remembered };
    const client = start({ features: [remoteConfig()], cookie: true });
    const made = localStorage.getItem('tidemark-0123456789ab.visitor');
    await expect.poll(() => localStorage.getItem('tidemark-0123456789ab.visitor')).toBe(remembered);
    await client.flush();
    expect(collector.events).toMatchObject([{ type: 'alias', previousVisitorId: made }]);
    expect(collector.contexts[0]?.visitorId).toBe(remembered);
    client.reset();
    expect(localStorage.getItem('tidemark-0123456789ab.visitor')).not.toBe(remembered);
  });

  it('outlives a feature that fails', async () => {
    const collector = installPageCollector();
    const fail = () => {
      throw new Error('a feature');
    };
    const failing: NonNullable<InitOptions['features']> = [
      fail,
      (host) => {
        host.atViewStart(fail);
        host.atViewEnd(fail);
        host.onView(fail);
        host.onHide(fail);
        return fail;
      },
    ];
    const client = start({ automaticViews: true, features: failing });
    expect(() => history.pushState(null, '', '/a')).not.toThrow();
    hide();
    await client.close();
    const views = collector.events.filter(({ type }) => type === 'page_view' || type === 'view_end');
    expect(views.toSorted((a, b) => a.seq - b.seq).map(({ type, page }) => `${type} ${page}`)).toEqual([
      'page_view /',
      'view_end /',
      'page_view /a',
      'view_end /a',
    ]);
    expect(client.health().dropped.internal_error).toBeGreaterThan(5);
  });
});
