import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createGatherCopies, type DeliveredCopies, type GatheredCopies } from './gather-copies.js';

const SECOND_MS = 1_000;

/** One delivery of a queue: its events from a number on, so many of which had been kept. */
const delivered = (
  queueId: string,
  firstSeq: number,
  copies: number,
  kept = 0,
  workspaceId = 'w',
): DeliveredCopies => ({
  workspaceId,
  appId: 'shop',
  queueId,
  visitorId: `visitor of ${queueId}`,
  receivedAt: Date.now(),
  copies,
  firstSeq,
  lastSeq: firstSeq + copies - 1,
  kept,
  keptSeq: kept > 0 ? firstSeq + kept - 1 : 0,
  firstOccurredAt: firstSeq,
  lastOccurredAt: firstSeq + copies - 1,
});

describe('gathering copies', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  function createBench(append?: () => Promise<void>) {
    const rows: GatheredCopies[] = [];
    const appends: number[] = [];
    const erased = new Set<string>();
    const gather = createGatherCopies({
      async append(more) {
        appends.push(more.length);
        rows.push(...more);
        await append?.();
      },
      isErased: (workspaceId, visitorId) => erased.has(`${workspaceId} ${visitorId}`),
      now: () => performance.now(),
    });
    return { rows, appends, erased, gather };
  }

  it('writes what came of many queues within a second at once, a row each', async () => {
    const { rows, appends, gather } = createBench();
    for (let i = 0; i < 50; i++) gather.note(delivered(`q${i}`, 1, 3));
    expect(appends).toEqual([]);
    await vi.advanceTimersByTimeAsync(SECOND_MS);
    expect(appends).toEqual([50]);
    expect(rows[7]).toEqual({ ...delivered('q7', 1, 3), receivedAt: expect.any(Number), times: 1 });
  });

  it('writes one row in ten seconds of a queue that sends the same a thousand times a second', async () => {
    const { rows, gather } = createBench();
    for (let i = 0; i < 60_000; i++) {
      if (i % 1_000 === 0) await vi.advanceTimersByTimeAsync(SECOND_MS);
      gather.note(delivered('q', 1, 50));
    }
    await gather.flush();
    expect(rows.length).toBeLessThanOrEqual(8);
    expect(rows.reduce((sum, { times }) => sum + times, 0)).toBe(60_000);
    expect(rows.reduce((sum, { copies }) => sum + copies, 0)).toBe(50 * 60_000);
    expect(gather.leftOut()).toBe(0);
  });

  it('counts how often the lowest number came, and each that had been kept once', async () => {
    const { rows, gather } = createBench();
    for (const [first, count] of [
      [60, 20],
      [10, 50],
      [10, 50],
      [60, 20],
      [10, 50],
    ] as const) {
      gather.note(delivered('q', first, count, count));
    }
    await gather.flush();
    expect(rows).toEqual([
      expect.objectContaining({ firstSeq: 10, lastSeq: 79, times: 3, copies: 190, kept: 20, keptSeq: 79 }),
    ]);
  });

  it('is bounded: of queues beyond two thousand at once only the number is known; later there is room again', async () => {
    const { rows, gather } = createBench();
    for (let i = 0; i < 2_500; i++) gather.note(delivered(`q${i}`, 1, 1, 0, i % 2 === 0 ? 'w' : 'another'));
    expect(gather.leftOut()).toBe(500);
    await vi.advanceTimersByTimeAsync(20 * SECOND_MS);
    gather.note(delivered('another', 1, 1));
    await gather.flush();
    expect(rows).toHaveLength(2_001);
    expect(gather.leftOut()).toBe(500);
    expect(vi.getTimerCount()).toBe(1);
    await vi.advanceTimersByTimeAsync(20 * SECOND_MS);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('leaves room for other workspaces, however many queues of one send copies', async () => {
    const { rows, gather } = createBench();
    for (let i = 0; i < 2_500; i++) gather.note(delivered(`q${i}`, 1, 1));
    gather.note(delivered('q', 1, 1, 0, 'another'));
    expect(gather.leftOut()).toBe(1_000);
    await vi.advanceTimersByTimeAsync(20 * SECOND_MS);
    for (let i = 0; i < 1_500; i++) gather.note(delivered(`r${i}`, 1, 1));
    await gather.flush();
    expect(rows.filter(({ workspaceId }) => workspaceId === 'another')).toHaveLength(1);
    expect(gather.leftOut()).toBe(1_000);
  });

  it('writes nothing of who was erased since, though it waits for its turn', async () => {
    const { rows, erased, gather } = createBench();
    function note(copies: number): void {
      for (const queueId of ['gone', 'stays']) gather.note(delivered(queueId, 1, copies));
    }
    note(1);
    await vi.advanceTimersByTimeAsync(SECOND_MS);
    note(2);
    await vi.advanceTimersByTimeAsync(SECOND_MS);
    erased.add('w visitor of gone');
    await vi.advanceTimersByTimeAsync(20 * SECOND_MS);
    expect(rows.map(({ queueId, copies }) => `${queueId} ${copies}`)).toEqual(['gone 1', 'stays 1', 'stays 2']);
    note(3);
    await gather.flush();
    expect(rows.at(-1)).toMatchObject({ queueId: 'stays', copies: 3 });
    expect(rows).toHaveLength(4);
    expect(gather.leftOut()).toBe(0);
  });

  it('counts what the disk did not take, and goes on', async () => {
    let isFull = true;
    const { gather, rows } = createBench(async () => {
      if (isFull) throw new Error('disk full');
    });
    gather.note(delivered('q', 1, 1));
    gather.note(delivered('q', 1, 1));
    await gather.flush();
    expect(gather.leftOut()).toBe(2);
    isFull = false;
    gather.note(delivered('q', 1, 1));
    await gather.flush();
    expect(rows.at(-1)).toMatchObject({ times: 1 });
    expect(gather.leftOut()).toBe(2);
  });
});
