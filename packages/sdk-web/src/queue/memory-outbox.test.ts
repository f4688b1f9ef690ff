import { describe, expect, it } from 'vitest';
import { createMemoryOutbox, MEMORY_EVENTS_MAX } from './memory-outbox.js';

const event = (name: number) => ({ json: `{"eventId":"${name}"}`, contextJson: '{}' });

function open() {
  const dropped: number[] = [];
  const outbox = createMemoryOutbox({
    now: () => 1_800_000_000_000,
    onDrop: (_, events) => dropped.push(events),
  });
  return { outbox, dropped };
}

const normal = { priority: 'normal' } as const;
const policy = (maxEvents: number) => ({ maxEvents, maxBytes: 60_000 });

describe('createMemoryOutbox', () => {
  it('numbers from 1 what is claimed, gives the oldest and keeps them until they are settled', async () => {
    const { outbox } = open();
    for (let i = 0; i < 3; i++) outbox.add({ ...event(i), ...normal });
    const claim = await outbox.claim('b1', policy(2));
    expect(claim?.events.map(({ seq }) => seq)).toEqual([1, 2]);
    expect(await outbox.openClaims()).toEqual([claim]);
    if (claim) await outbox.settle(claim);
    expect(await outbox.openClaims()).toEqual([]);
    expect((await outbox.claim('b2', policy(9)))?.events).toEqual([{ seq: 3, ...event(2) }]);
    expect(await outbox.count()).toBe(1);
    expect(await outbox.claim('b3', policy(9))).toBeUndefined();
  });

  it('cuts what was released into single events under the same numbers, open until they are settled', async () => {
    const { outbox } = open();
    for (let i = 0; i < 3; i++) outbox.add({ ...event(i), ...normal });
    const claim = await outbox.claim('b1', policy(2));
    if (claim) await outbox.release(claim);
    const parts = await outbox.openClaims();
    expect(parts.map(({ events }) => events)).toEqual(claim?.events.map((each) => [each]));
    expect(new Set(parts.map(({ batchId }) => batchId)).size).toBe(2);
    for (const part of parts) await outbox.settle(part);
    expect((await outbox.claim('b4', policy(9)))?.events.map(({ seq }) => seq)).toEqual([3]);
    expect(await outbox.count()).toBe(1);
  });

  it('gives what is urgent first, in its order', async () => {
    const { outbox } = open();
    for (const [i, priority] of (['bulk', 'urgent', 'normal', 'urgent'] as const).entries())
      outbox.add({ ...event(i), priority });
    expect((await outbox.claim('b1', policy(9)))?.events.map(({ json }) => json)).toEqual(
      [1, 3, 0, 2].map((i) => event(i).json),
    );
  });

  it('holds a bounded number, drops the oldest of the lowest priority, counts them and leaves no gap', async () => {
    const { outbox, dropped } = open();
    outbox.add({ ...event(-1), priority: 'urgent' });
    for (let i = 0; i < MEMORY_EVENTS_MAX; i++)
      outbox.add({ ...event(i), ...(i === 5 ? { priority: 'bulk' } : normal) });
    expect(outbox.takeUnsent().map(({ json }) => json)).not.toContain(event(5).json);
    for (let i = 0; i < MEMORY_EVENTS_MAX + 2; i++)
      outbox.add({ ...event(i), ...(i === 1 ? { priority: 'urgent' } : normal) });
    expect(await outbox.count()).toBe(MEMORY_EVENTS_MAX);
    expect(dropped).toEqual([1, 1, 1]);
    expect((await outbox.claim('b1', policy(2)))?.events).toEqual([
      { seq: 1, ...event(1) },
      { seq: 2, ...event(3) },
    ]);
  });

  it('makes room even where all is urgent', async () => {
    const { outbox, dropped } = open();
    for (let i = 0; i < MEMORY_EVENTS_MAX + 1; i++) outbox.add({ ...event(i), priority: 'urgent' });
    expect([await outbox.count(), dropped]).toEqual([MEMORY_EVENTS_MAX, [1]]);
  });

  it('gives up only what was never on its way, and leaves no gap for it', async () => {
    const { outbox } = open();
    for (let i = 0; i < 5; i++) outbox.add({ ...event(i), ...normal });
    const claim = await outbox.claim('b1', policy(2));
    expect(outbox.takeUnsent().map(({ json }) => json)).toEqual([2, 3, 4].map((i) => event(i).json));
    expect(await outbox.openClaims()).toEqual([claim]);
    outbox.add({ ...event(9), ...normal });
    expect((await outbox.claim('b2', policy(9)))?.events.map(({ seq }) => seq)).toEqual([3]);
  });
});
