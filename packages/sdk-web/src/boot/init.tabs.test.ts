// @vitest-environment happy-dom
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { installFaultyIndexedDb, soon } from '../../../../test/fixtures/faulty-indexed-db.js';
import { startClient as start } from '../../../../test/fixtures/page-client.js';
import { ackOf, installPageCollector } from '../../../../test/fixtures/page-collector.js';
import { createLocks, installChannels } from '../../../../test/fixtures/page-locks.js';
import { remoteConfig } from './remote-config.js';

const pass = (ms: number) => new Promise((done) => setTimeout(done, ms));
/** Timers that are due, and what they ask of the database: however long a turn takes on a busy machine. */
async function atRest(): Promise<void> {
  for (let round = 0; round < 4; round++) {
    await pass(5);
    await soon();
  }
}
const comeBack = () => dispatchEvent(Object.assign(new Event('pageshow'), { persisted: true }));

function show(state: DocumentVisibilityState): void {
  vi.spyOn(document, 'hidden', 'get').mockReturnValue(state === 'hidden');
  document.dispatchEvent(new Event('visibilitychange'));
}

/** What is listened to and not given up again, and the intervals that still run. */
function countHeld() {
  const listeners = new Set<unknown>(); // each listener is one function, for one type
  for (const target of [window, document]) {
    const { addEventListener, removeEventListener } = target;
    vi.spyOn(target, 'addEventListener').mockImplementation((...args: Parameters<typeof addEventListener>) => {
      listeners.add(args[1]);
      addEventListener.apply(target, args);
    });
    vi.spyOn(target, 'removeEventListener').mockImplementation((...args: Parameters<typeof removeEventListener>) => {
      listeners.delete(args[1]);
      removeEventListener.apply(target, args);
    });
  }
  const { setInterval: set, clearInterval: clear } = globalThis;
  const running = new Set<unknown>();
  vi.stubGlobal('setInterval', (work: () => void, ms?: number) => {
    const interval = set(work, ms);
    running.add(interval);
    return interval;
  });
  vi.stubGlobal('clearInterval', (interval: ReturnType<typeof set> | undefined) => {
    running.delete(interval);
    clear(interval);
  });
  return { listeners: () => listeners.size, intervals: () => running.size };
}

describe('init, among the tabs of a browser', () => {
  let database: ReturnType<typeof installFaultyIndexedDb>;
  let locks: ReturnType<typeof createLocks>;
  beforeEach(() => {
    database = installFaultyIndexedDb();
    locks = createLocks();
    localStorage.clear();
    history.replaceState(null, '', '/');
    vi.stubGlobal('navigator', { ...navigator, language: 'en', locks: locks.ofTab('all') });
    vi.spyOn(document, 'hidden', 'get').mockReturnValue(false);
    return () => {
      database.restore();
      vi.unstubAllGlobals();
      vi.restoreAllMocks();
    };
  });

  it('begins and goes on without a fault where the browser refuses channels', async () => {
    vi.stubGlobal('BroadcastChannel', () => {
      throw new DOMException('opaque origin', 'SecurityError');
    });
    const collector = installPageCollector(() => Promise.reject(new TypeError('Failed to fetch')));
    const earlier = start();
    earlier.track('left behind');
    await earlier.close();
    collector.answer = (batchId) => ackOf(batchId);
    const { length } = collector.requests;
    const faults: unknown[] = [];
    const note = (event: Event) => void faults.push(event);
    addEventListener('error', note);
    onTestFinished(() => removeEventListener('error', note));
    const client = start({ features: [remoteConfig()] });
    await expect.poll(() => collector.events.map((event) => 'name' in event && event.name)).toEqual(['left behind']);
    expect(collector.requests.slice(length)).toContain('config');
    expect(() => dispatchEvent(new Event('pagehide'))).not.toThrow();
    expect(() => comeBack()).not.toThrow();
    expect(faults).toEqual([]);
    expect(client.health().dropped).toEqual({});
  });

  it('leaves the view of a living tab alone where it is granted before the page is done starting', async () => {
    installChannels();
    const collector = installPageCollector();
    const living = start();
    living.page({ page: 'a' });
    await living.flush();
    show('visible'); // a draft, now that the database is open
    await pass(50);
    const { setTimeout: timeout } = globalThis;
    vi.stubGlobal('setTimeout', (work: () => void, ms = 0) => timeout(work, ms + 100)); // as in a tab in the background
    const tab = start({ consent: 'unknown' });
    tab.consent({ analytics: 'granted' });
    vi.stubGlobal('setTimeout', timeout);
    await pass(50);
    await tab.flush();
    await pass(1_200); // those that look after tabs that ended have looked
    await tab.flush();
    expect(collector.events.map(({ type }) => type)).toEqual(['page_view', 'consent']);
    await living.close();
    expect(collector.events.map(({ type }) => type)).toEqual(['page_view', 'consent', 'view_end']);
  });

  it('leaves the view of a living tab alone where there are no locks, and tells that of one that ended', async () => {
    vi.stubGlobal('navigator', { ...navigator, locks: undefined });
    const { open } = installChannels();
    const collector = installPageCollector();
    const [living, ended] = [start(), start()];
    living.page({ page: 'living' });
    ended.page({ page: 'ended' });
    await pass(50);
    const [, channel] = open;
    show('visible'); // a draft of each, now that the database is open
    await pass(50);
    channel?.close(); // as far as others can tell it is gone
    const views = () => collector.events.flatMap((each) => (each.type === 'view_end' ? each.page : []));
    const next = start();
    await expect
      .poll(
        async () => {
          await next.flush();
          return views();
        },
        { timeout: 5_000 },
      )
      .toEqual(['ended']);
    await living.close();
    expect(views()).toEqual(['ended', 'living']);
  });

  it('leaves the view of a tab alone that begins while another asks who lives, as when all are restored', async () => {
    installChannels();
    const { query, ...others } = locks.ofTab('all');
    let ask = (): void => undefined;
    const asked = new Promise<void>((resolve) => {
      ask = resolve;
    });
    let tell = (): void => undefined;
    const told = new Promise<void>((resolve) => {
      tell = resolve;
    });
    const slowly = async () => {
      const held = await query();
      ask();
      await told;
      return held;
    };
    vi.stubGlobal('navigator', { ...navigator, locks: { ...others, query: slowly } });
    const collector = installPageCollector();
    const earlier = start();
    await asked;
    const tab = start();
    tab.page({ page: 'a' });
    await tab.flush();
    show('visible'); // a draft, now that the database is open
    await pass(50);
    tell();
    await pass(50);
    await earlier.flush();
    expect(collector.events.map(({ type }) => type)).toEqual(['page_view']);
    await tab.close();
    expect(collector.events.map(({ type }) => type)).toEqual(['page_view', 'view_end']);
  });

  it('has one channel where the page went and came back before it was done starting, and closes it', async () => {
    const { open } = installChannels();
    installPageCollector();
    const client = start();
    dispatchEvent(new Event('pagehide'));
    comeBack();
    await pass(5);
    expect(open.size).toBe(1);
    await client.close();
    await pass(5);
    expect(open.size).toBe(0);
    expect(locks.names()).toEqual([]);
  });

  it.each([
    ['shows another page', (client: ReturnType<typeof start>) => client.page({ page: 'b' })],
    ['closes it again', (client: ReturnType<typeof start>) => void client.close()],
  ])('leaves nothing behind where the app %s while it closes', async (_, act) => {
    const held = countHeld();
    const { open } = installChannels();
    let answer = (): void => undefined;
    const collector = installPageCollector(
      (batchId) =>
        new Promise((done) => {
          answer = () => done(ackOf(batchId));
        }),
    );
    const client = start({ automaticViews: true });
    await pass(5);
    const closing = client.close();
    await expect.poll(() => collector.requests).toEqual(['batch']);
    act(client);
    await pass(20);
    collector.answer = (batchId) => ackOf(batchId);
    answer();
    await closing;
    await pass(20);
    expect({ intervals: held.intervals(), listeners: held.listeners() }).toEqual({ intervals: 0, listeners: 0 });
    expect({ channels: open.size, locks: locks.names() }).toEqual({ channels: 0, locks: [] });
  });

  it('counts as closed what an undecided visitor did', async () => {
    installChannels();
    installPageCollector();
    const client = start({ consent: 'unknown' });
    client.track('a');
    client.track('b');
    await client.close();
    expect(client.health()).toMatchObject({ queued: 0, dropped: { closed: 2 } });
  });

  it('tells the eldest tab again of the first event after each sending, and of no other', async () => {
    const { posted } = installChannels();
    installPageCollector();
    start(); // the eldest
    await pass(5);
    const client = start();
    await pass(5);
    for (const expected of [1, 2, 3]) {
      client.track('a');
      client.track('b');
      expect(posted()).toBe(expected);
      await client.flush();
      await pass(5);
    }
  });

  it.each([429, 503])(
    'waits for as long as an answer of %i asks, and asks sooner for the app alone',
    async (status) => {
      installChannels();
      const refusal = () => Response.json({ code: 'busy' }, { status, headers: { 'Retry-After': '60' } });
      const collector = installPageCollector(refusal);
      const client = start();
      await atRest(); // its own first look at the queue is over
      client.track('a');
      await client.flush();
      expect(collector.requests).toEqual(['batch']);
      for (const state of ['hidden', 'visible'] as const) {
        show(state);
        for (const type of ['online', 'pageshow']) dispatchEvent(new Event(type));
        await pass(30);
      }
      expect(collector.requests).toEqual(['batch']);
      collector.answer = (batchId) => ackOf(batchId);
      await client.flush();
      expect(collector.events).toHaveLength(1);
    },
  );

  it('waits for as long as it was asked to where the app sends before the page is done starting', async () => {
    installChannels();
    const refusal = () => Response.json({ code: 'busy' }, { status: 429, headers: { 'Retry-After': '60' } });
    const collector = installPageCollector(refusal);
    const client = start();
    client.track('a');
    await client.flush();
    await pass(50);
    expect(collector.requests).toEqual(['batch']);
  });

  it('sends when the network is back what it could not send, without waiting its turn', async () => {
    installChannels();
    const collector = installPageCollector(() => Promise.reject(new TypeError('Failed to fetch')));
    vi.spyOn(Math, 'random').mockReturnValue(0.999); // the longest wait
    const client = start({ flushIntervalMs: 60_000 });
    await pass(20);
    client.track('a');
    for (let failures = 0; failures < 5; failures++) await client.flush();
    collector.answer = (batchId) => ackOf(batchId);
    dispatchEvent(new Event('online'));
    await expect.poll(() => collector.events).toHaveLength(1);
  });
});
