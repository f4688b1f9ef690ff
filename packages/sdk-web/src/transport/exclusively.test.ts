import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { exclusively, type TakeLease } from './exclusively.js';

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

/** One lease for several holders, as the database keeps it. */
function createLease() {
  let held = { holder: '', until: 0 };
  return (holder: string): TakeLease =>
    async (until) => {
      if (held.holder !== holder && held.until >= Date.now()) return false;
      held = { holder, until };
      return true;
    };
}

const run = (name: string, work: () => Promise<void>, takeLease: TakeLease = async () => true) =>
  exclusively({ name, now: Date.now, takeLease }, work);

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
    const both = Promise.all([run('q', work('one')), run('q', work('two'))]);
    const other = run('another queue', work('three'));
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
    void run('q', () => new Promise(() => undefined));
    let done = false;
    const second = run('q', async () => {
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
    await run('q', work);
    expect(work).toHaveBeenCalledTimes(1);
  });

  it('does not run work a second time that failed by itself', async () => {
    useLocks(createLockManager());
    const work = vi.fn(() => Promise.reject(new Error('its own')));
    await expect(run('q', work)).rejects.toThrow('its own');
    expect(work).toHaveBeenCalledTimes(1);
    expect(vi.getTimerCount()).toBe(0);
  });

  describe('without locks', () => {
    it('lets one of two tabs in, which keeps the lease for as long as it works and then gives it back', async () => {
      useLocks(undefined);
      const takeLease = createLease();
      let finish: () => void = () => undefined;
      const first = run('q', () => new Promise<void>((done) => (finish = done)), takeLease('one'));
      const work = vi.fn(async () => undefined);
      for (let i = 0; i < 5; i++) {
        await vi.advanceTimersByTimeAsync(3_000);
        expect(await run('q', work, takeLease('two'))).toBe(false);
      }
      finish();
      expect(await first).toBe(true);
      expect(await run('q', work, takeLease('two'))).toBe(true);
      expect([work.mock.calls.length, vi.getTimerCount()]).toEqual([1, 0]);
    });

    it('follows a tab that died within 4.5 seconds', async () => {
      useLocks(undefined);
      const takeLease = createLease();
      await takeLease('dead')(Date.now() + 4_000);
      const work = vi.fn(async () => undefined);
      expect(await run('q', work, takeLease('two'))).toBe(false);
      await vi.advanceTimersByTimeAsync(4_500);
      expect(await run('q', work, takeLease('two'))).toBe(true);
    });

    it('gives the lease back when the work fails, and lets its fault through', async () => {
      useLocks(undefined);
      const takeLease = createLease();
      await expect(run('q', () => Promise.reject(new Error('its own')), takeLease('one'))).rejects.toThrow('its own');
      expect(await run('q', async () => undefined, takeLease('two'))).toBe(true);
    });

    it('finishes the work when the lease can be neither renewed nor given back', async () => {
      useLocks(undefined);
      let asked = 0;
      const takeLease = () => (asked++ === 0 ? Promise.resolve(true) : Promise.reject(new Error('the disk is gone')));
      const done = run('q', () => new Promise((end) => setTimeout(end, 5_000)), takeLease);
      await vi.advanceTimersByTimeAsync(5_000);
      expect(await done).toBe(true);
      expect(asked).toBe(5);
    });
  });

  it('asks for the lease when a lock is stuck, so that of all who waited one goes on', async () => {
    useLocks(createLockManager());
    const takeLease = createLease();
    void run('q', () => new Promise(() => undefined));
    const work = vi.fn(() => new Promise<void>((done) => setTimeout(done, 1_000)));
    const both = Promise.all([run('q', work, takeLease('two')), run('q', work, takeLease('three'))]);
    await vi.advanceTimersByTimeAsync(21_000);
    expect(await both).toEqual([true, false]);
    expect(work).toHaveBeenCalledTimes(1);
  });
});
