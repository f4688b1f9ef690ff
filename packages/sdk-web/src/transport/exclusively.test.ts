import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { exclusively } from './exclusively.js';

/** Web Locks as far as they are used: one holder a name, the others in turn, an abort while waiting. */
function createLockManager() {
  const tails = new Map<string, Promise<unknown>>();
  return {
    async request<T>(name: string, { signal }: { signal: AbortSignal }, work: () => Promise<T>): Promise<T> {
      const before = tails.get(name) ?? Promise.resolve();
      const turn = Promise.race([
        before,
        new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
      ]).then(work);
      tails.set(name, Promise.allSettled([before, turn]));
      return await turn;
    },
  };
}

function useLocks(locks: unknown): void {
  vi.stubGlobal('navigator', { locks });
  onTestFinished(() => void vi.unstubAllGlobals());
}

describe('exclusively', () => {
  beforeEach(() => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
  });

  it('lets the work of two tabs run one after the other', async () => {
    useLocks(createLockManager());
    const said: string[] = [];
    const work = (tab: string) => async () => {
      said.push(`${tab} begins`);
      await new Promise((done) => setTimeout(done, 1_000));
      said.push(`${tab} ends`);
    };
    const both = Promise.all([exclusively('q', work('one')), exclusively('q', work('two'))]);
    const other = exclusively('another queue', work('three'));
    await vi.advanceTimersByTimeAsync(2_000);
    await both;
    await other;
    expect(said.filter((line) => !line.startsWith('three'))).toEqual([
      'one begins',
      'one ends',
      'two begins',
      'two ends',
    ]);
    expect(said.indexOf('three ends')).toBeLessThan(said.indexOf('two ends'));
  });

  it('goes on without the lock of a tab that hangs', async () => {
    useLocks(createLockManager());
    void exclusively('q', () => new Promise(() => undefined));
    let done = false;
    const second = exclusively('q', async () => {
      done = true;
    });
    await vi.advanceTimersByTimeAsync(19_900);
    expect(done).toBe(false);
    await vi.advanceTimersByTimeAsync(200);
    await second;
    expect(done).toBe(true);
  });

  it.each([
    ['has no locks', undefined],
    ['refuses them', { request: () => Promise.reject(new DOMException('opaque origin', 'SecurityError')) }],
    [
      'throws',
      {
        request() {
          throw new TypeError('no');
        },
      },
    ],
  ])('just runs the work, once, where the browser %s', async (_, locks) => {
    useLocks(locks);
    const work = vi.fn(async () => undefined);
    await exclusively('q', work);
    expect(work).toHaveBeenCalledTimes(1);
  });

  it('does not run work a second time that failed by itself', async () => {
    useLocks(createLockManager());
    const work = vi.fn(() => Promise.reject(new Error('its own')));
    await expect(exclusively('q', work)).rejects.toThrow('its own');
    expect(work).toHaveBeenCalledTimes(1);
    expect(vi.getTimerCount()).toBe(0);
  });
});
