import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { createLocks, installChannels } from '../../../../test/fixtures/page-locks.js';
import { announcePresence } from './presence.js';

const settled = () => new Promise((done) => setTimeout(done));

describe('announcePresence', () => {
  let channels: ReturnType<typeof installChannels>['open'];
  let posted: ReturnType<typeof installChannels>['posted'];
  beforeEach(() => {
    ({ open: channels, posted } = installChannels());
    onTestFinished(() => void vi.unstubAllGlobals());
  });

  /** @param locks - those that the tab's browser has. */
  async function openTab(id: string, locks: unknown, name = 'q') {
    vi.stubGlobal('navigator', { locks });
    const seeTo = vi.fn<(now: boolean) => void>();
    const presence = announcePresence(name, id, seeTo);
    await settled();
    return { ...presence, told: () => seeTo.mock.calls.flat() };
  }

  async function openTabs() {
    const locks = createLocks();
    const open = (id: string, name?: string) => openTab(id, locks.ofTab(id), name);
    return { locks, open, one: await open('one'), two: await open('two'), three: await open('three') };
  }

  it('knows the tabs of its queue that live, itself included, and no longer those that ended', async () => {
    const { locks, open, one, two } = await openTabs();
    await open('stranger', 'another queue');
    await open('longer', 'q2');
    expect(await one.living()).toEqual(new Set(['one', 'two', 'three']));
    expect(await two.living()).toEqual(new Set(['one', 'two', 'three']));
    locks.end('one');
    expect(await two.living()).toEqual(new Set(['two', 'three']));
  });

  it('tells the first tab at once, and each other when all before it have ended', async () => {
    const { locks, one, two, three } = await openTabs();
    expect([one.told(), two.told(), three.told()]).toEqual([[true], [], []]);
    locks.end('two');
    await settled();
    expect([one.told(), three.told()]).toEqual([[true], []]);
    locks.end('one');
    await settled();
    expect([one.told(), three.told()]).toEqual([[true], [true]]);
  });

  it('nudges the eldest alone, of its own queue alone', async () => {
    const { open, one, two, three } = await openTabs();
    const stranger = await open('stranger', 'another queue');
    three.nudge();
    expect([one, two, three, stranger].map(({ told }) => told())).toEqual([[true, false], [], [], [true]]);
    const before = posted();
    one.nudge(); // it sees to its own anyway
    expect(posted()).toBe(before);
  });

  it('nudges the tab that has become the eldest', async () => {
    const { locks, two, three } = await openTabs();
    locks.end('one');
    await settled();
    three.nudge();
    expect(two.told()).toEqual([true, false]);
  });

  it('holds nothing, waits for nothing and listens to nothing while it is paused', async () => {
    const { locks, one, two, three } = await openTabs();
    one.pause();
    await settled();
    expect([two.told(), locks.names(), channels.size]).toEqual([[true], ['q/two', 'q!', 'q/three', 'q!'], 2]);
    expect(await two.living()).toEqual(new Set(['two', 'three']));
    two.nudge();
    one.nudge(); // nobody hears it
    expect([one.told(), two.told()]).toEqual([[true], [true]]);
    three.pause(); // which was waiting its turn
    two.pause();
    two.pause();
    await settled();
    expect([three.told(), locks.names(), channels.size]).toEqual([[], [], 0]);
  });

  it('is there again when it is resumed, as the youngest, as often as it is', async () => {
    const { locks, open, one, two, three } = await openTabs();
    for (let times = 0; times < 3; times++) {
      one.pause();
      one.resume();
    }
    await settled();
    expect([two.told(), one.told(), channels.size]).toEqual([[true], [true], 3]);
    expect(await three.living()).toEqual(new Set(['one', 'two', 'three']));
    one.nudge();
    three.nudge();
    expect([two.told(), one.told()]).toEqual([[true, false, false], [true]]);
    locks.end('two');
    locks.end('three');
    await settled();
    expect(one.told()).toEqual([true, true]);
    (await open('four')).nudge();
    expect(one.told()).toEqual([true, true, false]);
  });

  it('takes nothing twice when it is resumed without a pause', async () => {
    const { locks, one } = await openTabs();
    one.resume();
    await settled();
    expect(locks.names().toSorted()).toEqual(['q!', 'q!', 'q!', 'q/one', 'q/three', 'q/two']);
    expect(channels.size).toBe(3);
  });

  it.each([
    ['has none', undefined],
    ['refuses them', { request: refuse, query: refuse }],
    ['throws at everything', { request: fail, query: fail }],
    ['throws', { request: fail, query: refuse }],
  ])('asks on the channel who lives where the browser %s', async (_, locks) => {
    const [one, two] = [await openTab('one', locks), await openTab('two', locks)];
    await openTab('stranger', locks, 'another queue');
    expect([await one.living(), await two.living()]).toEqual([new Set(['two']), new Set(['one'])]);
    one.nudge();
    one.pause();
    one.resume();
    one.pause();
    const third = await openTab('three', locks);
    expect(await third.living()).toEqual(new Set(['two']));
    third.pause();
    two.pause();
    await settled();
    expect([one.told(), two.told(), third.told(), channels.size]).toEqual([[], [], [], 1]);
  });

  it.each([
    ['has no channels', undefined],
    ['refuses them', refuseChannel],
  ])('goes without nudges where the browser %s', async (_, channel) => {
    vi.stubGlobal('BroadcastChannel', channel);
    const { locks, one, two } = await openTabs();
    const alone = await openTab('alone', undefined);
    expect(await alone.living()).toEqual(new Set());
    two.nudge();
    expect(one.told()).toEqual([true]);
    one.pause();
    await settled();
    expect(two.told()).toEqual([true]);
    two.pause();
    expect(locks.names()).not.toContain('q/one');
  });
});

function refuse(): Promise<never> {
  return Promise.reject(new DOMException('opaque origin', 'SecurityError'));
}

function fail(): never {
  throw new TypeError('no');
}

function refuseChannel(): never {
  throw new DOMException('opaque origin', 'SecurityError');
}
