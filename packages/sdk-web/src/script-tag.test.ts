// @vitest-environment happy-dom
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { installFaultyIndexedDb } from '../../../test/fixtures/faulty-indexed-db.js';
import type { Client } from './boot/client.js';
import type { PageOptions, Stub } from './replay-stub.js';
import { createMemoryCollector } from './testing/memory-collector.js';
import type { Feature } from './track/feature.js';

/** What both the snippet and the script leave for the page. */
interface PageGlobal {
  readonly features: Readonly<Record<string, () => Feature>>;
  readonly init: (options: PageOptions) => Client;
}
const page = window as { tidemark?: PageGlobal & Partial<Stub> };

function global(): PageGlobal {
  if (!page.tidemark) throw new Error('there is no global');
  return page.tidemark;
}

function optionsFor({ fetch }: { readonly fetch: typeof globalThis.fetch }): PageOptions {
  return { endpoint: 'https://collect.example', writeKey: 'tm_pk_0123456789ab', automaticViews: false, fetch };
}

function start(options: PageOptions): Client {
  const client = global().init(options);
  onTestFinished(() => client.close());
  return client;
}

describe('the script tag', () => {
  beforeEach(() => {
    const database = installFaultyIndexedDb();
    localStorage.clear();
    delete page.tidemark;
    vi.resetModules();
    return () => database.restore();
  });

  it('makes the calls that came before it, at their time, and keeps the page going', async () => {
    await import('./snippet.js');
    const collector = createMemoryCollector();
    const early = global();
    const client = start(optionsFor(collector));
    const before = Date.now();
    client.track('early', { n: 1 });
    client.identify('u1');
    const flushed = client.flush();
    await new Promise((resolve) => setTimeout(resolve, 60));
    await import('./script-tag.js');
    await flushed;
    await collector.waitFor((events) => events.length === 2);
    client.track('late');
    await client.flush();
    const [first, second, third] = collector.events;
    expect(first).toMatchObject({ type: 'custom', name: 'early', props: { n: 1 } });
    expect(second).toMatchObject({ type: 'identify', userId: 'u1', context: { userId: 'u1' } });
    expect(third).toMatchObject({ name: 'late', context: { userId: 'u1' } });
    expect((first?.occurredAt ?? 0) - before).toBeLessThan(50);
    expect(client.health().dropped).toEqual({});
    expect(global()).not.toBe(early);
  });

  it('gives the page init and the features most want without a snippet, too, and all else with the extras', async () => {
    await import('./script-tag.js');
    const { init, features, ...standard } = global();
    expect(Object.keys(standard)).toEqual(Object.keys(features));
    expect(Object.keys(standard)).toEqual(expect.arrayContaining(['campaigns', 'clicks', 'errors', 'remoteConfig']));
    for (const name of ['debug', 'encryptAtRest', 'links', 'maskPersonalData', 'webVitals'])
      expect(standard).not.toHaveProperty(name);
    const everything = Object.keys(await import('./index.js'));
    expect(everything).toEqual(expect.arrayContaining(['init', ...Object.keys(standard)]));
    await import('./script-tag-extras.js');
    expect(Object.keys(global()).sort()).toEqual([...everything, 'features'].sort());
    expect(global().init).toBe(init);
    const collector = createMemoryCollector();
    const client = start(optionsFor(collector));
    client.track('a');
    await client.flush();
    expect(collector.events).toMatchObject([{ name: 'a' }]);
  });

  it('starts features by their names, and says which there are when there is none of a name', async () => {
    await import('./script-tag.js');
    const warn = vi.spyOn(console, 'warn').mockReturnValue();
    onTestFinished(() => warn.mockRestore());
    const collector = createMemoryCollector();
    const feature = vi.fn(() => () => undefined);
    const client = start({ ...optionsFor(collector), features: ['clicks', 'toString', feature] });
    document.body.innerHTML = '<button>Buy</button>';
    document.querySelector('button')?.click();
    await client.flush();
    expect(collector.events.map(({ type }) => type)).toEqual(['click']);
    expect(feature).toHaveBeenCalledTimes(1);
    expect(warn.mock.calls).toEqual([[expect.stringContaining('no feature toString; there are campaigns, clicks')]]);
  });

  it('takes one feature without a list around it', async () => {
    await import('./script-tag.js');
    const collector = createMemoryCollector();
    const client = start({ ...optionsFor(collector), features: 'clicks' as unknown as readonly string[] });
    document.body.innerHTML = '<button>Buy</button>';
    document.querySelector('button')?.click();
    await client.flush();
    expect(collector.events.map(({ type }) => type)).toEqual(['click']);
  });

  it('starts features of the extras by their names, once those are there', async () => {
    const warn = vi.spyOn(console, 'warn').mockReturnValue();
    onTestFinished(() => warn.mockRestore());
    await import('./script-tag.js');
    const options = { ...optionsFor(createMemoryCollector()), features: ['webVitals'] };
    await start(options).close();
    expect(warn.mock.calls).toEqual([[expect.stringContaining('no feature webVitals')]]);
    await import('./script-tag-extras.js');
    await start(options).close();
    expect(warn).toHaveBeenCalledTimes(1);
  });

  it('has the extras say so when they come before it, and be of no harm', async () => {
    const warn = vi.spyOn(console, 'warn').mockReturnValue();
    onTestFinished(() => warn.mockRestore());
    await import('./script-tag-extras.js');
    expect(page.tidemark).toBeUndefined();
    expect(warn.mock.calls).toEqual([[expect.stringContaining('extras come after')]]);
  });

  it('loses no other client to one that cannot be started', async () => {
    const warn = vi.spyOn(console, 'warn').mockReturnValue();
    onTestFinished(() => warn.mockRestore());
    await import('./snippet.js');
    const without = start(undefined as unknown as PageOptions);
    expect(without.health()).toMatchObject({ consent: 'granted' });
    const trap = {
      get features(): readonly string[] {
        throw new Error('gotcha');
      },
    };
    global().init(trap as unknown as PageOptions);
    const collector = createMemoryCollector();
    const client = start(optionsFor(collector));
    client.track('early');
    await import('./script-tag.js');
    expect(without.health().stopped).toBe(true);
    await client.flush();
    expect(collector.events).toMatchObject([{ name: 'early' }]);
    expect(warn).toHaveBeenCalledWith('tidemark:', new Error('gotcha'));
  });

  it('is off, and says so, without options', async () => {
    await import('./script-tag.js');
    const warn = vi.spyOn(console, 'warn').mockReturnValue();
    onTestFinished(() => warn.mockRestore());
    expect(start(undefined as unknown as PageOptions).health().stopped).toBe(true);
    expect(warn).toHaveBeenCalledTimes(1);
  });
});
