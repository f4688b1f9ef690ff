import { describe, expect, it } from 'vitest';
import { createWaitingSince } from './waiting-since.js';

describe('createWaitingSince', () => {
  function start() {
    const world = { now: 1_000, idle: false };
    const waiting = createWaitingSince(
      () => world.now,
      () => world.idle,
    );
    const append = (records: number, atMs: number) => {
      world.now = atMs;
      return waiting.appended(records);
    };
    return { world, waiting, append };
  }

  it('goes on to the next as the oldest are loaded, in order', () => {
    const { waiting, append } = start();
    append(2, 1_000)(true);
    append(1, 1_000)(true);
    append(3, 1_500)(true);
    expect([waiting.oldestMs(), waiting.records()]).toEqual([1_000, 6]);
    waiting.loaded(2);
    expect([waiting.oldestMs(), waiting.records()]).toEqual([1_000, 4]);
    waiting.loaded(2);
    expect([waiting.oldestMs(), waiting.records()]).toEqual([1_500, 2]);
    waiting.loaded(2);
    expect([waiting.oldestMs(), waiting.records()]).toEqual([undefined, 0]);
  });

  it('forgets what the disk refused', () => {
    const { waiting, append } = start();
    append(2, 1_000)(false);
    append(1, 1_200)(true);
    expect([waiting.oldestMs(), waiting.records()]).toEqual([1_200, 1]);
  });

  it('waits for nothing when nothing waits, but for what is on its way to the disk', () => {
    const { world, waiting, append } = start();
    append(2, 1_000)(true);
    const settle = append(1, 1_100);
    world.idle = true; // the first was put aside
    expect(waiting.oldestMs()).toBe(1_000);
    settle(true);
    expect(waiting.oldestMs()).toBeUndefined();
  });

  it('knows what was accepted before the process began', () => {
    const { waiting } = start();
    waiting.appended(4, 700)(true);
    expect(waiting.oldestMs()).toBe(700);
  });
});
