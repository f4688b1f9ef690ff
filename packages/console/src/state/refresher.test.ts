import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createClock } from '../clock.js';
import { createRefresher } from './refresher.js';

/** A refresher whose refreshes take as long as the test says. */
function setUp({ tookMs = 0, visible = true } = {}) {
  const clock = createClock();
  const startedAt: number[] = [];
  let underWay = 0;
  let mostUnderWay = 0;
  const state = { visible };
  const start = clock.now();
  const refresher = createRefresher({
    async refresh() {
      startedAt.push(clock.now() - start);
      mostUnderWay = Math.max(mostUnderWay, ++underWay);
      if (tookMs > 0) await new Promise<void>((resolve) => void clock.after(tookMs, resolve));
      underWay -= 1;
    },
    isVisible: () => state.visible,
    clock,
  });
  return { refresher, startedAt, state, mostUnderWay: () => mostUnderWay };
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('createRefresher', () => {
  it('refreshes every 5 s', async () => {
    const { refresher, startedAt } = setUp();
    refresher.now();
    await vi.advanceTimersByTimeAsync(10_500);
    expect(startedAt).toEqual([0, 5_000, 10_000]);
  });

  it('refreshes once, within a second, for all the events of that time, and looks again 2 s later', async () => {
    const { refresher, startedAt } = setUp();
    refresher.now();
    await vi.advanceTimersByTimeAsync(1_000);
    refresher.soon();
    await vi.advanceTimersByTimeAsync(300);
    refresher.soon();
    await vi.advanceTimersByTimeAsync(5_000);
    expect(startedAt).toEqual([0, 1_700, 3_700]);
  });

  it('refreshes under a steady stream of events too', async () => {
    const { refresher, startedAt } = setUp();
    for (let i = 0; i < 40; i++) {
      refresher.soon();
      await vi.advanceTimersByTimeAsync(100);
    }
    expect(startedAt).toEqual([700, 1_400, 2_100, 2_800, 3_500]);
  });

  it('never runs two at a time, and runs again when asked meanwhile', async () => {
    const { refresher, startedAt, mostUnderWay } = setUp({ tookMs: 3_000 });
    refresher.now();
    refresher.now();
    await vi.advanceTimersByTimeAsync(1_000);
    refresher.soon();
    await vi.advanceTimersByTimeAsync(5_500);
    expect(startedAt).toEqual([0, 3_000]);
    expect(mostUnderWay()).toBe(1);
  });

  it('rests while nobody looks, and starts again when somebody does', async () => {
    const { refresher, startedAt, state } = setUp();
    refresher.now();
    await vi.advanceTimersByTimeAsync(100);
    state.visible = false;
    await vi.advanceTimersByTimeAsync(60_000);
    expect(startedAt).toEqual([0]);
    state.visible = true;
    refresher.now();
    await vi.advanceTimersByTimeAsync(5_000);
    expect(startedAt).toEqual([0, 60_100, 65_100]);
  });

  it('stops when closed', async () => {
    const { refresher, startedAt } = setUp();
    refresher.now();
    refresher.close();
    refresher.soon();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(startedAt).toEqual([0]);
    expect(vi.getTimerCount()).toBe(0);
  });
});
