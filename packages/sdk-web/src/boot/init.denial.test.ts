// @vitest-environment happy-dom
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { installFaultyIndexedDb } from '../../../../test/fixtures/faulty-indexed-db.js';
import {
  CLIENT_NAME as NAME,
  openClient as open,
  startClient as start,
} from '../../../../test/fixtures/page-client.js';
import { ackOf, installPageCollector } from '../../../../test/fixtures/page-collector.js';
import { createLocks } from '../../../../test/fixtures/page-locks.js';
import { remoteConfig } from './remote-config.js';

const VISITOR = `${NAME}.visitor`;

const databases = async () => (await indexedDB.databases()).map(({ name }) => name);
const pass = (ms: number) => new Promise((done) => setTimeout(done, ms));
const turn = () => new Promise((done) => setImmediate(done));
const unreachable = () => Promise.reject(new TypeError('Failed to fetch'));

describe('init, denied at the worst moment', () => {
  let database: ReturnType<typeof installFaultyIndexedDb>;
  beforeEach(() => {
    database = installFaultyIndexedDb();
    localStorage.clear();
    history.replaceState(null, '', '/');
    return () => {
      database.restore();
      vi.unstubAllGlobals();
      vi.restoreAllMocks();
    };
  });

  /** A page with events on the disk that it could not send, and its visitor's id. */
  async function leaveEvents(page: ReturnType<typeof open>): Promise<string | null> {
    page.identify('u1');
    page.track('of before');
    await page.flush();
    const visitorId = localStorage.getItem(VISITOR);
    expect(visitorId).not.toBeNull();
    expect(await databases()).toEqual([NAME]);
    return visitorId;
  }

  /** Denies on a page that ends with the task it denies in. @returns the visitor's id of before. */
  async function denyAndDie(): Promise<string | null> {
    const timers: (ReturnType<typeof setTimeout> | ReturnType<typeof setInterval>)[] = [];
    const { setTimeout: timeout, setInterval: interval } = globalThis;
    vi.stubGlobal('setTimeout', (work: () => void, ms?: number) => {
      const timer = timeout(work, ms);
      timers.push(timer);
      return timer;
    });
    vi.stubGlobal('setInterval', (work: () => void, ms?: number) => {
      const timer = interval(work, ms);
      timers.push(timer);
      return timer;
    });
    const locks = createLocks();
    vi.stubGlobal('navigator', { ...navigator, language: 'en', locks: locks.ofTab('of the dead') });
    const page = open();
    onTestFinished(() => void page.close());
    const visitorId = await leaveEvents(page);
    page.consent({ analytics: 'denied' });
    database.die();
    for (let turns = 0; turns < 20; turns++) await turn();
    for (const timer of timers) clearTimeout(timer);
    locks.end('of the dead');
    vi.stubGlobal('navigator', { ...navigator, language: 'en', locks: locks.ofTab('next') });
    vi.stubGlobal('setTimeout', timeout);
    vi.stubGlobal('setInterval', interval);
    database.revive();
    return visitorId;
  }

  it('deletes on the next page what a page that died at the denial left on the disk', async () => {
    installPageCollector(unreachable);
    await denyAndDie();
    const next = start();
    expect(next.health().consent).toBe('denied');
    await expect.poll(databases, { timeout: 900 }).toEqual([]);
    expect(Object.keys(localStorage)).toEqual([`${NAME}-consent`]);
  });

  it.each([
    ['at once', 0],
    ['later', 100],
  ])('sends nothing of before a denial whose page died, where the next one is granted %s', async (_, ms) => {
    const before = installPageCollector(unreachable);
    const former = await denyAndDie();
    const collector = installPageCollector();
    const next = start();
    if (ms > 0) await pass(ms);
    next.consent({ analytics: 'granted' });
    next.track('of after');
    await next.flush();
    await pass(20);
    await next.flush();
    const names = collector.events.map((event) => ('name' in event ? event.name : event.type));
    expect(names).toEqual(['consent', 'of after']);
    expect(collector.contexts.map(({ visitorId, userId }) => [visitorId === former, userId])).toEqual([
      [false, undefined],
    ]);
    expect(before.batches).toEqual([]);
  });

  it('deletes at the start what is of before the app honours Do Not Track, identity included', async () => {
    vi.stubGlobal('navigator', { ...navigator, language: 'en', doNotTrack: '1' });
    installPageCollector(unreachable);
    const first = open();
    const former = await leaveEvents(first);
    await first.close();
    const collector = installPageCollector();
    const shy = start({ honourDnt: true });
    expect(shy.health().consent).toBe('denied');
    await expect.poll(databases, { timeout: 900 }).toEqual([]);
    expect(Object.keys(localStorage).filter((key) => key !== `${NAME}-consent`)).toEqual([]);
    await shy.close();
    const next = start();
    next.track('of after');
    await next.close();
    expect(collector.events.map((event) => 'name' in event && event.name)).toEqual(['of after']);
    expect(collector.contexts[0]?.visitorId).not.toBe(former);
  });

  it.each([50, 300])('keeps and sends what comes after a grant while %i ms of deletion are under way', async (ms) => {
    const collector = installPageCollector(unreachable);
    const client = start();
    const former = await leaveEvents(client);
    collector.answer = (batchId) => ackOf(batchId);
    database.slowDeletions(ms);
    client.consent({ analytics: 'denied' });
    client.consent({ analytics: 'granted' });
    client.track('at once');
    await pass(10);
    client.track('meanwhile');
    await pass(ms + 200);
    client.track('afterwards');
    await client.flush();
    await client.flush();
    expect(collector.events.map((event) => ('name' in event ? event.name : event.type))).toEqual([
      'consent',
      'at once',
      'meanwhile',
      'afterwards',
    ]);
    expect(collector.contexts.some(({ visitorId }) => visitorId === former)).toBe(false);
    expect(client.health()).toMatchObject({ queued: 0, dropped: { consent: 2 } });
  });

  it.each([
    ['of new events', false],
    ['that asks for what became of a batch', true],
  ])(
    'begins no request once the denial returned, at any tick of a flush %s',
    async (_, hasOpenClaim) => {
      const late: string[] = [];
      for (let tick = 0, isSent = false; !isSent; tick++) {
        const collector = installPageCollector(unreachable);
        const { requests } = collector;
        const client = open();
        client.track('a', { long: 'x'.repeat(1_000) });
        if (hasOpenClaim) await client.flush();
        collector.answer = (batchId) => ackOf(batchId);
        const flushed = client.flush().then(() => {
          isSent = true;
        });
        // Within each turn of the event loop several steps of promises pass.
        for (let turns = tick >> 2; turns > 0; turns--) await turn();
        for (let steps = (tick & 3) * 3; steps > 0; steps--) await Promise.resolve();
        const wasSent: boolean = isSent;
        client.consent({ analytics: 'denied' });
        const { length } = requests;
        await flushed;
        await pass(10);
        isSent = wasSent;
        if (requests.length > length) late.push(`${requests.slice(length).join()} after tick ${tick}`);
        await client.close();
        await expect.poll(databases, { interval: 2 }).toEqual([]);
        localStorage.clear();
      }
      expect(late).toEqual([]);
    },
    30_000,
  );

  it('sends nothing of before a denial that is taken back at once, at any tick of a flush', async () => {
    const leaked: string[] = [];
    for (let tick = 0, isSent = false; !isSent; tick++) {
      let isDenied = false;
      const collector = installPageCollector((batchId, events) => {
        const names = events.flatMap((event) => ('name' in event ? [event.name] : []));
        if (isDenied && names.includes('before')) leaked.push(`after tick ${tick}`);
        return ackOf(batchId);
      });
      const client = open();
      client.track('before', { long: 'x'.repeat(1_000) });
      void client.flush();
      for (let turns = tick >> 1; turns > 0; turns--) await turn();
      for (let steps = (tick & 1) * 5; steps > 0; steps--) await Promise.resolve();
      isSent = client.health().delivered > 0;
      client.consent({ analytics: 'denied' });
      isDenied = true;
      client.consent({ analytics: 'granted' });
      client.track('after');
      await client.close();
      const names = collector.events.flatMap((event) => ('name' in event ? [event.name] : []));
      expect(names.filter((name) => name === 'after')).toHaveLength(1);
      localStorage.clear();
      database.restore();
      database = installFaultyIndexedDb();
    }
    expect(leaked).toEqual([]);
  }, 30_000);

  it('gives events after a denial that is taken back no id that tells whose those before it were', async () => {
    const { batches } = installPageCollector();
    const client = start();
    client.track('before');
    await client.flush();
    client.consent({ analytics: 'denied' });
    client.consent({ analytics: 'granted' });
    client.track('after');
    await client.flush();
    const ofOne = (wanted: string) =>
      batches.flatMap(({ context, events }) =>
        events.flatMap((event) =>
          'name' in event && event.name === wanted
            ? [context.visitorId, context.sessionId, context.queueId, event.eventId.slice(19)]
            : [],
        ),
      );
    expect(ofOne('before')).toHaveLength(4);
    expect(new Set([...ofOne('before'), ...ofOne('after')]).size).toBe(8);
  });

  it('tracks and stores nothing on a page that comes back from the cache after another page denied', async () => {
    const collector = installPageCollector();
    const client = start({ automaticViews: true });
    client.track('a');
    await client.flush();
    dispatchEvent(new Event('pagehide'));
    await pass(20);
    const { length } = collector.requests;
    const taken = collector.events.length;
    for (const key of Object.keys(localStorage)) localStorage.removeItem(key);
    localStorage.setItem(`${NAME}-consent`, JSON.stringify({ analytics: 'denied' })); // and no event tells a sleeping page
    dispatchEvent(Object.assign(new Event('pageshow'), { persisted: true }));
    expect(client.health().consent).toBe('denied');
    client.track('b');
    await expect.poll(databases, { timeout: 900 }).toEqual([]);
    await pass(50);
    await client.flush();
    await client.close();
    expect(collector.requests.slice(length)).toEqual([]);
    expect(collector.events.slice(taken)).toEqual([]);
    expect(Object.keys(localStorage)).toEqual([`${NAME}-consent`]);
    expect(await databases()).toEqual([]);
    expect(client.health().queued).toBe(0);
  });

  it.each([1, 2])('does not take back who the cookie remembers after a denial, %i pages later', async (pages) => {
    const remembered = '01a00000-0000-7000-8000-000000000009';
    const collector = installPageCollector();
    const options = { cookie: true, features: [remoteConfig()] };
    const first = open(options);
    first.track('a');
    await first.flush();
    first.consent({ analytics: 'denied' });
    await first.close();
    collector.config = { version: 'a', enabled: true, sampling: {}, visitorId: remembered };
    for (let page = 1; page < pages; page++) await open(options).close();
    const { length } = collector.requests;
    const next = start(options);
    await pass(5);
    next.consent({ analytics: 'granted' });
    await expect.poll(() => collector.requests.slice(length)).toContain('config');
    await pass(10);
    next.track('b');
    await next.flush();
    expect(collector.events.map(({ type }) => type)).toEqual(['custom', 'consent', 'custom']);
    expect(collector.contexts.at(-1)?.visitorId).not.toBe(remembered);
    expect(localStorage.getItem(VISITOR)).toBe(collector.contexts.at(-1)?.visitorId);
  });
});
