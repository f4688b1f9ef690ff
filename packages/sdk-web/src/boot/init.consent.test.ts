// @vitest-environment happy-dom
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { installFaultyIndexedDb } from '../../../../test/fixtures/faulty-indexed-db.js';
import { CLIENT_NAME as NAME, startClient as start } from '../../../../test/fixtures/page-client.js';
import { installPageCollector } from '../../../../test/fixtures/page-collector.js';
import { remoteConfig } from './remote-config.js';

const databases = async () => (await indexedDB.databases()).map(({ name }) => name);
const pass = (ms: number) => new Promise((done) => setTimeout(done, ms));

describe('init, with the consent of the visitor', () => {
  beforeEach(() => {
    const database = installFaultyIndexedDb();
    localStorage.clear();
    history.replaceState(null, '', '/');
    return () => {
      database.restore();
      vi.unstubAllGlobals();
      vi.restoreAllMocks();
    };
  });

  it('stores nothing and asks nobody for anything before the visitor decides', async () => {
    const { requests } = installPageCollector();
    const client = start({ consent: 'unknown', automaticViews: true, features: [remoteConfig()], flushIntervalMs: 1 });
    client.track('a');
    client.identify('u1');
    history.pushState(null, '', '/next');
    client.order({ orderId: 'o', productId: 'p', side: 'sell', phase: 'placed', shares: 1, price: 1, currency: 'CNY' });
    await client.flush();
    for (const type of ['pagehide', 'pageshow', 'online']) dispatchEvent(new Event(type));
    await pass(50);
    expect(client.health()).toMatchObject({ consent: 'unknown', dropped: {} });
    expect(client.health().queued).toBeGreaterThan(5);
    await client.close();
    expect(requests).toEqual([]);
    expect(Object.keys(localStorage)).toEqual([]);
    expect(await databases()).toEqual([]);
  });

  it('releases everything in order once it is granted, under the times it happened at, and writes down who it was', async () => {
    const collector = installPageCollector();
    const client = start({ consent: 'unknown' });
    const now = Date.now();
    client.track('a');
    client.track('b');
    await pass(20);
    client.consent({ analytics: 'granted' });
    client.track('c');
    await client.flush();
    expect(collector.events.map((event) => ('name' in event ? event.name : event.type))).toEqual([
      'a',
      'b',
      'consent',
      'c',
    ]);
    expect(collector.events.map(({ seq }) => seq)).toEqual([1, 2, 3, 4]);
    expect(collector.events[1]?.occurredAt).toBeLessThan(now + 20);
    const [{ visitorId, sessionId } = { visitorId: '', sessionId: '' }] = collector.contexts;
    expect(localStorage.getItem(`${NAME}.visitor`)).toBe(visitorId);
    expect(localStorage.getItem(`${NAME}.session`)).toContain(sessionId);
    expect(new Set(collector.contexts.map((context) => context.visitorId)).size).toBe(1);
  });

  it('deletes all there is within a second of a denial, and counts what goes', async () => {
    const collector = installPageCollector(() => Promise.reject(new TypeError('Failed to fetch')));
    const client = start();
    client.identify('u1');
    client.track('a');
    await client.flush();
    const former = localStorage.getItem(`${NAME}.visitor`);
    expect(former).not.toBeNull();
    expect(await databases()).toEqual([NAME]);
    client.consent({ analytics: 'denied' });
    await expect.poll(databases).toEqual([]);
    expect(Object.keys(localStorage)).toEqual([`${NAME}-consent`]);
    await expect.poll(() => client.health().dropped).toEqual({ consent: 2 });
    client.track('late');
    client.page({ page: 'late' });
    await pass(5);
    expect(client.health()).toMatchObject({ consent: 'denied', queued: 0, dropped: { consent: 4 } });
    const before = collector.requests.length;
    await client.flush();
    dispatchEvent(new Event('online'));
    await pass(20);
    expect(collector.requests).toHaveLength(before);
    expect(await databases()).toEqual([]);
    expect(Object.keys(localStorage)).toEqual([`${NAME}-consent`]);
    collector.answer = installPageCollector().answer;
    client.consent({ analytics: 'granted' });
    await client.flush();
    expect(localStorage.getItem(`${NAME}.visitor`)).not.toBe(former);
  });

  it('drops what it held back when consent is denied, counted', async () => {
    const collector = installPageCollector();
    const client = start({ consent: 'unknown' });
    client.track('a');
    client.track('b');
    client.consent({ analytics: 'denied' });
    await client.close();
    expect(client.health()).toMatchObject({ consent: 'denied', queued: 0, dropped: { consent: 2 } });
    expect(collector.requests).toEqual([]);
    expect(await databases()).toEqual([]);
    expect(Object.keys(localStorage)).toEqual([`${NAME}-consent`]);
  });

  it.each([
    ['granted', 1],
    ['denied', 0],
  ] as const)('remembers on the next page that it was %s', async (decision, expected) => {
    const collector = installPageCollector();
    const first = start({ consent: 'unknown' });
    first.consent({ analytics: decision });
    await first.close();
    const next = start({ consent: 'unknown' });
    expect(next.health().consent).toBe(decision);
    next.track('a');
    await next.flush();
    expect(collector.events.filter(({ type }) => type === 'custom')).toHaveLength(expected);
  });

  it('tells each purpose with the events, and stays open for analytics when another is denied', async () => {
    const collector = installPageCollector();
    const client = start();
    client.track('before');
    client.consent({ marketing: 'denied', risk: 'granted' });
    client.track('after');
    await client.flush();
    expect(collector.batches.map(({ events, context }) => [events.map(({ type }) => type), context.consent])).toEqual([
      [['custom'], undefined],
      [['consent', 'custom'], { marketing: 'denied', risk: 'granted' }],
    ]);
  });

  it('hears from the browser that marketing is denied, and with the option that all is', async () => {
    vi.stubGlobal('navigator', { ...navigator, language: 'en', globalPrivacyControl: true, doNotTrack: '1' });
    const collector = installPageCollector();
    const client = start();
    client.track('a');
    await client.close();
    expect(collector.contexts[0]?.consent).toEqual({ marketing: 'denied' });
    const shy = start({ honourDnt: true });
    shy.track('b');
    await shy.close();
    expect(shy.health()).toMatchObject({ consent: 'denied', dropped: { consent: 1 } });
    expect(collector.events).toHaveLength(1);
  });

  it.each(['hears of it', 'is told the same'])(
    'is one visitor in a tab that was undecided, too, and %s',
    async (how) => {
      const collector = installPageCollector();
      const [here, there] = [start({ consent: 'unknown' }), start({ consent: 'unknown' })];
      here.track('a');
      there.track('b');
      const real = localStorage;
      // Another process sees what was written before, and nothing of what comes after.
      const setItem = (key: string, value: string) => {
        real.setItem(key, value);
        if (key === `${NAME}-consent` && how === 'hears of it') dispatchEvent(new StorageEvent('storage', { key }));
      };
      vi.stubGlobal('localStorage', { getItem: (key: string) => real.getItem(key), setItem });
      here.consent({ analytics: 'granted' });
      if (how === 'is told the same') there.consent({ analytics: 'granted' });
      there.track('c');
      const sent = async () => {
        for (const tab of [here, there]) await tab.flush(); // whichever of them holds the lease on sending
        return collector.events.flatMap((event) => ('name' in event ? event.name : [])).sort();
      };
      await expect.poll(sent).toEqual(['a', 'b', 'c']);
      const ids = new Set(collector.contexts.map(({ visitorId }) => visitorId));
      expect([...ids]).toEqual([real.getItem(`${NAME}.visitor`)]);
    },
  );

  it('obeys what the visitor decides in another tab, there and back', async () => {
    const collector = installPageCollector();
    const [here, there] = [start(), start()];
    here.track('a');
    await here.flush();
    const former = collector.contexts[0]?.visitorId;
    const tell = () => dispatchEvent(new StorageEvent('storage', { key: `${NAME}-consent` })); // to all but the tab that wrote
    there.consent({ analytics: 'denied' });
    tell();
    expect(here.health().consent).toBe('denied');
    await expect.poll(databases).toEqual([]);
    here.track('lost');
    expect(here.health().dropped).toMatchObject({ consent: 1 });
    there.consent({ analytics: 'granted' });
    tell();
    expect(here.health().consent).toBe('granted');
    here.track('b');
    await there.flush(); // whichever of them holds the lease on sending
    await here.flush();
    expect(collector.events.map((event) => ('name' in event ? event.name : event.type))).toEqual(['a', 'consent', 'b']);
    expect(collector.contexts.at(-1)?.visitorId).not.toBe(former);
  });
});
