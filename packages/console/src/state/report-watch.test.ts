import type { EffectiveDataReport } from '@tidemark/protocol';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ApiOutcome, Refusal } from '../api/api-outcome.js';
import { createClock } from '../clock.js';
import { watchReport } from './report-watch.js';

/** A collector that answers when it is told to. */
function setUp() {
  const asked: { readonly query: object; answer(outcome: ApiOutcome<object>): void }[] = [];
  const seen = { visible: true, from: 1 };
  const refusals: Refusal[] = [];
  const watch = watchReport({
    api: {
      report: (_name, query) =>
        new Promise((resolve) => asked.push({ query, answer: (outcome) => resolve(outcome as ApiOutcome<never>) })),
    },
    name: 'effective-data',
    query: () => ({ from: seen.from }),
    isVisible: () => seen.visible,
    clock: createClock(),
    onRefused: (refusal) => refusals.push(refusal),
  });
  const report = { rows: [] } as unknown as EffectiveDataReport; // it is handed on, and not looked into
  const answer = async (i: number, outcome: ApiOutcome<object> = { kind: 'ok', value: report }) => {
    asked[i]?.answer(outcome);
    await vi.advanceTimersByTimeAsync(0);
  };
  return { watch, asked, seen, refusals, report, answer };
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('watchReport', () => {
  it('asks at once, again after half a minute, and not while nobody looks', async () => {
    const { watch, asked, seen, answer, report } = setUp();
    await answer(0);
    expect(watch.state.get()).toEqual({ report, stale: false, fault: '' });
    await vi.advanceTimersByTimeAsync(29_999);
    expect(asked).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(asked).toHaveLength(2);
    await answer(1);
    seen.visible = false;
    await vi.advanceTimersByTimeAsync(600_000);
    expect(asked).toHaveLength(2);
    seen.visible = true;
    watch.wake();
    expect(asked).toHaveLength(3);
    watch.close();
  });

  it('marks what is shown as stale when something else is asked for, and drops the answer of before', async () => {
    const { watch, asked, seen, answer, report } = setUp();
    await answer(0);
    seen.from = 2;
    watch.changed();
    expect(watch.state.get()).toMatchObject({ report, stale: true });
    seen.from = 3;
    watch.changed();
    await answer(1, { kind: 'ok', value: { rows: ['old'] } });
    expect(watch.state.get().stale).toBe(true);
    expect(asked.map(({ query }) => query)).toEqual([{ from: 1 }, { from: 2 }, { from: 3 }]);
    await answer(2);
    expect(watch.state.get()).toEqual({ report, stale: false, fault: '' });
    watch.close();
  });

  it('keeps the last report when one does not come, and says why; a refused key is somebody else’s', async () => {
    const { watch, answer, refusals, report } = setUp();
    await answer(0);
    watch.wake();
    await answer(1, { kind: 'unreachable' });
    expect(watch.state.get()).toEqual({ report, stale: false, fault: 'The collector does not answer.' });
    watch.wake();
    await answer(2, { kind: 'refused', refusal: { status: 401 } });
    expect(refusals).toEqual([{ status: 401 }]);
    watch.close();
  });

  it('leaves nothing running when closed', async () => {
    const { watch, answer } = setUp();
    await answer(0);
    watch.close();
    expect(vi.getTimerCount()).toBe(0);
  });
});
