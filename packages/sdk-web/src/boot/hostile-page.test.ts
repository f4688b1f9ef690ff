// @vitest-environment happy-dom
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { ORDER as order, startClient } from '../../../../test/fixtures/page-client.js';
import { installPageCollector } from '../../../../test/fixtures/page-collector.js';
import type { Client, InitOptions } from './client.js';

/** What surfaced in the page: errors nobody caught. */
const surfaced: unknown[] = [];

const start = (options: Partial<InitOptions> = {}) => startClient({ automaticViews: true, ...options });

function fail(): never {
  throw new Error('the page');
}

/** Calls everything that a page can call, and does what a page does. */
function useAll(client: Client): void {
  client.track('a', { term: 'x' });
  client.page({ page: 'p' });
  client.click('b', { n: 1 });
  client.formStart('f');
  client.exposure('m', { visibleRatio: 1 });
  client.conversion('g', { amount: 1, currency: 'CNY' });
  client.order(order);
  client.identify('u', { vip: true });
  client.alias('01a00000-0000-7000-8000-000000000000');
  client.consent({ marketing: 'denied' });
  client.reset();
  client.health();
}

/** What happens to a page. The DOM of the tests needs a few of the things that are broken here itself. */
function tellAll(): void {
  for (const type of ['pagehide', 'pageshow', 'online', 'focus', 'blur', 'popstate']) dispatchEvent(new Event(type));
  for (const type of ['visibilitychange', 'pointerdown', 'freeze']) document.dispatchEvent(new Event(type));
}

/** Puts something in place of a thing of the browser. @returns what puts that back. */
function replace(target: object, name: PropertyKey, descriptor: PropertyDescriptor): () => void {
  const before = Object.getOwnPropertyDescriptor(target, name);
  Object.defineProperty(target, name, { configurable: true, ...descriptor });
  return () => {
    if (before) Object.defineProperty(target, name, before);
    else Reflect.deleteProperty(target, name);
  };
}

function replaced(target: object, name: PropertyKey, descriptor: PropertyDescriptor, work: () => void): void {
  const restore = replace(target, name, descriptor);
  try {
    work();
  } finally {
    restore();
  }
}

const pass = (ms = 5) => new Promise((done) => setTimeout(done, ms));
const sum = (counts: Readonly<Record<string, number>>) =>
  Object.values(counts).reduce((total, count) => total + count, 0);

describe('on a page that is hostile, or mad', () => {
  beforeEach(() => {
    vi.stubGlobal('indexedDB', undefined);
    localStorage.clear();
    history.replaceState(null, '', '/');
    surfaced.length = 0;
    const note = (event: Event) => void surfaced.push(event);
    const noteRejection = (reason: unknown) => void surfaced.push(reason);
    addEventListener('error', note);
    process.on('unhandledRejection', noteRejection);
    return () => {
      removeEventListener('error', note);
      process.off('unhandledRejection', noteRejection);
      vi.unstubAllGlobals();
      vi.restoreAllMocks();
    };
  });

  it.each([
    ['JSON.stringify', JSON, 'stringify'],
    ['Date.now', Date, 'now'],
    ['history.pushState', history, 'pushState'],
    ['Array.prototype.map', Array.prototype, 'map'],
    ['Array.prototype.push', Array.prototype, 'push'],
    ['Array.prototype.includes', Array.prototype, 'includes'],
    ['Array.prototype.slice', Array.prototype, 'slice'],
    ['Array.prototype.splice', Array.prototype, 'splice'],
    ['the iterator of arrays', Array.prototype, Symbol.iterator],
    ['Object.entries', Object, 'entries'],
    ['Object.keys', Object, 'keys'],
    ['Object.assign', Object, 'assign'],
    ['String.prototype.replace', String.prototype, 'replace'],
    ['crypto.getRandomValues', crypto, 'getRandomValues'],
    ['performance.now', performance, 'now'],
    ['Storage.prototype.setItem', Storage.prototype, 'setItem'],
  ])('throws nothing into it when %s throws, and goes on when it works again', async (_, target, name) => {
    const collector = installPageCollector();
    const client = start();
    await pass();
    let thrown: unknown;
    replaced(target, name, { value: fail }, () => {
      try {
        useAll(client);
      } catch (error) {
        thrown = error;
      }
    });
    expect(thrown).toBeUndefined();
    tellAll();
    expect(() => history.pushState(null, '', '/next')).not.toThrow();
    await pass();
    client.track('after');
    await client.flush();
    expect(collector.events.some((event) => 'name' in event && event.name === 'after')).toBe(true);
    expect(surfaced).toEqual([]);
  });

  it.each([
    ['Date.now', Date, 'now'],
    ['JSON.stringify', JSON, 'stringify'],
    ['Object.keys', Object, 'keys'],
    ['crypto.getRandomValues', crypto, 'getRandomValues'],
  ])('lets nothing surface in its own events and timers when %s throws', async (_, target, name) => {
    installPageCollector();
    const client = start();
    client.page({ page: 'a' }); // said in the next task
    const restore = replace(target, name, { value: fail });
    tellAll();
    await pass(1_100);
    restore();
    expect(client.health().dropped.internal_error).toBeGreaterThan(0);
    expect(surfaced).toEqual([]);
  });

  it('lets the page go where it wants, whatever of the SDK fails on the way', async () => {
    installPageCollector();
    const client = start();
    await pass();
    let thrown: unknown;
    replaced(Date, 'now', { value: fail }, () => {
      try {
        history.pushState(null, '', '/next');
      } catch (error) {
        thrown = error;
      }
    });
    expect(thrown).toBeUndefined();
    expect(location.pathname).toBe('/next');
    expect(client.health().dropped.internal_error).toBeGreaterThan(0);
  });

  it('throws nothing into it when promises throw', async () => {
    installPageCollector();
    const client = start();
    await pass();
    const { Promise: real } = globalThis;
    vi.stubGlobal('Promise', fail);
    let thrown: unknown;
    try {
      useAll(client);
    } catch (error) {
      thrown = error;
    }
    vi.stubGlobal('Promise', real);
    expect(thrown).toBeUndefined();
    await pass();
    expect(surfaced).toEqual([]);
  });

  it('sends what it would have sent when the prototype of all objects has keys that it should not', async () => {
    const collector = installPageCollector();
    const polluted = ['term', 'type', 'seq', 'campaign', 'extra', 'closed', 'internal_error'];
    for (const name of polluted) {
      Object.defineProperty(Object.prototype, name, {
        configurable: true,
        enumerable: true,
        writable: true,
        value: 'x',
      });
    }
    let last: Client | undefined;
    try {
      const client = start({ automaticViews: false });
      last = client;
      client.track('a', { n: 1 });
      client.order(order);
      client.track('bad', { list: [1] as unknown as string });
      const dropped = Object.entries(client.health().dropped);
      expect(dropped).toEqual([['bad_prop', 1]]);
    } finally {
      for (const name of polluted) Reflect.deleteProperty(Object.prototype, name);
    }
    await last?.flush();
    const custom = collector.events.find(({ type }) => type === 'custom');
    expect(Object.entries(custom?.props ?? {})).toEqual([['n', 1]]);
    expect(collector.events.map(({ type }) => type).toSorted()).toEqual(['custom', 'custom', 'order']);
  });

  it.each(['set', 'get'] as const)(
    'throws nothing into it when each name it uses has a %ster there that throws',
    async (kind) => {
      installPageCollector();
      const client = start();
      const names = ['term', 'vip', 'page', 'dropped', 'internal_error', 'campaign', 'draftId', 'toJSON', 'occurredAt'];
      const pollute = (index: number): void => {
        const name = names[index];
        if (name === undefined) expect(() => useAll(client)).not.toThrow();
        else
          replaced(Object.prototype, name, { get: kind === 'get' ? fail : () => undefined, set: fail }, () =>
            pollute(index + 1),
          );
      };
      let thrown: unknown;
      try {
        pollute(0);
      } catch (error) {
        thrown = error;
      }
      expect(thrown).toBeUndefined();
      await pass();
      expect(surfaced).toEqual([]);
    },
  );

  it('throws nothing into it, and loses none uncounted, when all objects say what their JSON is', async () => {
    const collector = installPageCollector();
    const client = start({ automaticViews: false });
    replaced(Object.prototype, 'toJSON', { value: () => 'mad', enumerable: true, writable: true }, () => {
      client.track('a', { n: 1 });
      client.track('b');
    });
    client.track('after');
    await client.flush();
    expect(collector.events).toMatchObject([{ name: 'a', props: { n: 1 } }, { name: 'b' }, { name: 'after' }]);
    const { delivered, queued, dropped } = client.health();
    expect(delivered + queued + sum(dropped)).toBe(3);
  });

  it('takes of props what is sound, whatever they are', async () => {
    const collector = installPageCollector();
    const client = start({ automaticViews: false });
    const circular: Record<string, unknown> = { fine: 1 };
    circular.self = circular;
    const trapped = (trap: keyof ProxyHandler<object>) => new Proxy({ a: 1 }, { [trap]: fail });
    const given: readonly (readonly [name: string, props: unknown])[] = [
      ['frozen', Object.freeze({ fine: 1 })],
      ['circular', circular],
      ['huge', { fine: 1, text: 'x'.repeat(1_048_576) }],
      ['bigint', { fine: 1, big: 10n }],
      ['symbol', { fine: 1, [Symbol('key')]: 1 }],
      ['getter', Object.defineProperty({ fine: 1 }, 'bad', { enumerable: true, get: fail })],
      ['ownKeys', trapped('ownKeys')],
      ['get', trapped('get')],
      ['descriptor', trapped('getOwnPropertyDescriptor')],
      ['getPrototypeOf', trapped('getPrototypeOf')],
    ];
    for (const [name, props] of given) expect(() => client.track(name, props as Record<string, string>)).not.toThrow();
    await client.flush();
    const said = collector.events.map((event) => ['name' in event && event.name, Object.keys(event.props ?? {})]);
    expect(said).toEqual([
      ['frozen', ['fine']],
      ['circular', ['fine']],
      ['huge', ['fine', 'text']],
      ['bigint', ['fine']],
      ['symbol', ['fine']],
      ['getter', ['fine']],
      ['get', []],
      ['getPrototypeOf', ['a']],
    ]);
    expect(client.health().dropped).toEqual({ bad_prop: 4, internal_error: 2 });
  });

  it('bears a hundred thousand calls in a loop, and counts each that it did not keep', async () => {
    const collector = installPageCollector(() => Promise.reject(new TypeError('Failed to fetch')));
    vi.spyOn(performance, 'now').mockReturnValue(1_000); // no token comes back
    const client = start({ automaticViews: false });
    await pass(20);
    for (let i = 0; i < 100_000; i++) client.track('wild', { i });
    vi.restoreAllMocks();
    const { dropped } = client.health();
    expect(dropped.rate_limited).toBe(80_000);
    expect((dropped.memory_full ?? 0) + (await waiting(client))).toBe(20_000);
    expect(collector.requests.length).toBeLessThan(10);
  });
});

/** As of a look at the queue itself. */
async function waiting(client: Client): Promise<number> {
  await client.flush();
  await pass();
  return client.health().queued;
}
