import { describe, expect, it } from 'vitest';
import { makeBatch, makeEvent } from '../../../../test/fixtures/batches.js';
import type { LiveFeatureBatch } from './live-acts.js';
import { createLiveFeatures, type LiveFeaturesOptions, type RestoredEvents } from './live-features.js';

const NOW = Date.UTC(2026, 2, 18, 6, 30) - 1;
const DAY_MS = 86_400_000;

/** A holder whose deferred work runs when the test says. */
function start(options: Partial<LiveFeaturesOptions> = {}, startedMs = NOW) {
  let nowMs = startedMs;
  const due: (() => void)[] = [];
  const live = createLiveFeatures({
    bytesMax: 1_000_000,
    now: () => nowMs,
    defer: (work) => void due.push(work),
    isAlone: () => true,
    ...options,
  });
  return {
    live,
    due,
    at(ms: number) {
      nowMs = ms;
    },
    run() {
      for (let work = due.shift(); work; work = due.shift()) work();
    },
  };
}

function clicks(queue: number, count: number, occurredAt: number, userId?: string): LiveFeatureBatch {
  const events = Array.from({ length: count }, (_, i) =>
    makeEvent(i + 1, { type: 'click', target: 'buy', occurredAt }, queue),
  );
  const { context } = makeBatch({ queue, context: { userId } });
  return {
    batch: { workspaceId: 'w', context, receivedAt: occurredAt, ipPrefix: '10.0.0.0/24' },
    rows: events.map((event) => ({ event })),
  };
}

const visitorOf = (queue: number) => makeBatch({ queue }).context.visitorId;
const restored = (queue: number, ...agesMs: readonly number[]): RestoredEvents => {
  const { visitorId, queueId, sessionId } = makeBatch({ queue }).context;
  const blank = { userId: '', ipPrefix: '', orderId: '', phase: '', currency: '', shares: 0, price: 0 };
  const sent = { ...blank, type: 'click', seq: 1, queueId, sessionId };
  return {
    workspaceId: 'w',
    subjects: { visitor: visitorId, user: '', device: queueId },
    events: agesMs.map((ageMs) => ({
      ...sent,
      eventId: `e${queue}-${ageMs}`,
      occurredAtMs: NOW - ageMs,
      receivedAtMs: NOW - ageMs,
    })),
  };
};

describe('live features', () => {
  it('count after the work under way, by visitor, user and device, and in their own workspace only', async () => {
    const { live, due, run } = start();
    live.publish(clicks(1, 3, NOW - 5_000, 'alice'));
    expect(live.get('w', 'user', 'alice', NOW)).toBeUndefined();
    expect(due).toHaveLength(1);
    const settled = live.settled();
    run();
    await settled;
    const { visitorId, queueId } = makeBatch({ queue: 1 }).context;
    for (const [kind, id] of [
      ['user', 'alice'],
      ['visitor', visitorId],
      ['device', queueId],
    ] as const) {
      expect(live.get('w', kind, id, NOW)?.features.get('clicks_1m')?.measure).toEqual({ kind: 'measured', value: 3 });
    }
    expect(live.get('other', 'user', 'alice', NOW)).toBeUndefined();
    expect(live.figures()).toMatchObject({ subjects: 3, events: 3, waiting: 0 });
  });

  it('take in a flood turn by turn, and keep the order of events within bounds of one turn', () => {
    const { live, due } = start();
    for (let i = 0; i < 9; i++) live.publish(clicks(1, 500, NOW));
    due.shift()?.();
    expect(live.figures()).toMatchObject({ events: 2_000, waiting: 2_500 });
    expect(due).toHaveLength(1);
  });

  it('say that windows from before the start are lower bounds, until the day before is taken in', async () => {
    const { live, run, at } = start();
    at(NOW + 120_000);
    live.publish(clicks(1, 2, NOW + 100_000));
    run();
    const before = live.get('w', 'visitor', visitorOf(1), NOW + 120_000);
    expect(before?.features.get('clicks_1m')).toMatchObject({ measure: { value: 2 }, exact: true });
    expect(before?.features.get('clicks_1h')).toMatchObject({ measure: { value: 2 }, exact: false });
    const events = await live.rebuild(NOW, async (each) => {
      each(restored(1, 60_000));
      each(restored(2, DAY_MS, 60_000)); // the older of both is in no window any longer
      each(restored(3, DAY_MS));
    });
    expect(events).toBe(4);
    expect(live.figures()).toMatchObject({ subjects: 4, lateEvents: 0 });
    const after = live.get('w', 'visitor', visitorOf(1), NOW + 120_000);
    expect(after?.features.get('clicks_1h')).toMatchObject({ measure: { value: 3 }, exact: true });
  });

  it('forget who was longest without an event when there are too many, and know what they do not know of them', async () => {
    const one = start();
    one.live.publish(clicks(1, 1, NOW));
    one.run();
    const { live, run, at } = start({ bytesMax: 2 * one.live.figures().bytes }); // two queues, each a visitor and a device
    await live.rebuild(NOW, async () => undefined);
    for (const queue of [1, 2, 3]) {
      at(NOW + queue * 600_000);
      live.publish(clicks(queue, 1, NOW + queue * 600_000));
      run();
    }
    expect(live.figures()).toMatchObject({ subjects: 4, evicted: 2 });
    expect(live.get('w', 'visitor', visitorOf(1), NOW + 1_800_000)).toBeUndefined();
    live.publish(clicks(1, 1, NOW + 1_800_000));
    run();
    const back = live.get('w', 'visitor', visitorOf(1), NOW + 1_800_000);
    expect(back?.features.get('clicks_1m')).toMatchObject({ measure: { value: 1 }, exact: true });
    expect(back?.features.get('clicks_1h')).toMatchObject({ measure: { value: 1 }, exact: false });
    const kept = live.get('w', 'visitor', visitorOf(3), NOW + 1_800_000);
    expect(kept?.features.get('clicks_1h')).toMatchObject({ measure: { value: 1 }, exact: true });
  });

  it('stay within their bytes however many subjects there are, and of one alone however much it did', () => {
    const { live, run } = start({ bytesMax: 20_000 });
    for (let queue = 1; queue <= 40; queue++) {
      live.publish(clicks(queue, 3, NOW));
      run();
      expect(live.figures().bytes).toBeLessThanOrEqual(20_000);
    }
    const { subjects, evicted } = live.figures();
    expect(subjects).toBeGreaterThan(10);
    expect(subjects + evicted).toBe(80);
    const tight = start({ bytesMax: 1 });
    tight.live.publish(clicks(1, 3, NOW));
    tight.run();
    expect(tight.live.figures()).toMatchObject({ subjects: 1, evicted: 1 });
  });

  it('let go of who did nothing for a day, and know all the same that nothing is missing', async () => {
    const { live, run, at } = start();
    await live.rebuild(NOW, async () => undefined);
    live.publish(clicks(1, 1, NOW));
    run();
    at(NOW + DAY_MS);
    live.publish(clicks(2, 1, NOW + DAY_MS));
    run();
    expect(live.figures()).toMatchObject({ subjects: 2, evicted: 0 });
    expect(live.isWhole(NOW + DAY_MS)).toBe(true);
  });

  it('give their bytes back with whom they forget', () => {
    const { live, run } = start();
    live.publish(clicks(1, 2, NOW));
    run();
    expect(live.figures().bytes).toBeGreaterThan(1_000);
    live.forget('w', visitorOf(1));
    live.forget('w', makeBatch({ queue: 1 }).context.queueId);
    expect(live.figures().bytes).toBe(0);
  });

  it('forget who is erased, what is on its way of them, and what others counted with them', async () => {
    const { live, run } = start();
    live.publish(clicks(1, 2, NOW, 'alice'));
    live.publish(clicks(2, 2, NOW, 'bob'));
    live.forget('w', visitorOf(1));
    expect(live.get('w', 'visitor', visitorOf(1), NOW)).toBeUndefined();
    expect(live.get('w', 'user', 'alice', NOW)?.features.get('clicks_1h')).toMatchObject({ exact: false });
    expect(live.get('w', 'user', 'bob', NOW)?.features.get('clicks_1m')?.measure).toMatchObject({ value: 2 });
    run();
    await live.rebuild(NOW, async (each) => each(restored(1, 60_000)));
    expect(live.get('w', 'visitor', visitorOf(1), NOW)).toBeUndefined();
  });

  it('are lower bounds beside other collectors, and nothing a day later', () => {
    const { live, run } = start({ isAlone: () => false });
    live.publish(clicks(1, 2, NOW));
    run();
    expect(live.get('w', 'visitor', visitorOf(1), NOW)?.features.get('clicks_1m')).toMatchObject({ exact: false });
    expect(live.get('w', 'visitor', visitorOf(1), NOW + DAY_MS)).toBeUndefined();
  });
});
