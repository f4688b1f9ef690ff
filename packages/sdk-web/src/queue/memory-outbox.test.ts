import { describe, expect, it } from 'vitest';
import { createMemoryOutbox, MEMORY_EVENTS_MAX } from './memory-outbox.js';

const event = (name: number) => ({ json: `{"eventId":"${name}"}`, contextJson: '{}' });

function open() {
  const dropped: number[] = [];
  const outbox = createMemoryOutbox(
    () => 1_800_000_000_000,
    (events) => dropped.push(events),
  );
  return { outbox, dropped };
}

describe('createMemoryOutbox', () => {
  it('numbers from 1, gives the oldest and keeps them until they are deleted', async () => {
    const { outbox } = open();
    for (let i = 0; i < 3; i++) outbox.add(event(i), 'strict');
    expect((await outbox.peek(2)).map(({ seq }) => seq)).toEqual([1, 2]);
    await outbox.delete([1, 2]);
    expect(await outbox.peek(9)).toEqual([{ seq: 3, ...event(2) }]);
    expect(await outbox.count()).toBe(1);
  });

  it('holds a bounded number, drops the oldest and counts them', async () => {
    const { outbox, dropped } = open();
    for (let i = 0; i < MEMORY_EVENTS_MAX + 3; i++) outbox.add(event(i), 'relaxed');
    expect(await outbox.count()).toBe(MEMORY_EVENTS_MAX);
    expect(dropped).toEqual([1, 1, 1]);
    expect((await outbox.peek(1))[0]?.seq).toBe(4); // the gap names what was lost
  });

  it('gives up only what was never on its way, and leaves no gap for it', async () => {
    const { outbox } = open();
    for (let i = 0; i < 5; i++) outbox.add(event(i), 'relaxed');
    await outbox.peek(2);
    expect(outbox.takeUnsent().map(({ json }) => json)).toEqual([2, 3, 4].map((i) => event(i).json));
    expect((await outbox.peek(9)).map(({ seq }) => seq)).toEqual([1, 2]);
    outbox.add(event(9), 'relaxed');
    expect((await outbox.peek(9)).map(({ seq }) => seq)).toEqual([1, 2, 3]);
  });

  it('gives no number twice, whatever was dropped, sent and taken', async () => {
    const { outbox } = open();
    outbox.add(event(0), 'relaxed');
    await outbox.peek(1);
    await outbox.delete([1]);
    outbox.takeUnsent();
    outbox.add(event(1), 'relaxed');
    expect((await outbox.peek(1))[0]?.seq).toBe(2);
  });
});
