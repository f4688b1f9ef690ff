import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createTellNewest } from './tell-newest.js';

const EVERY_MS = 20;

function openTelling() {
  const told: number[] = [];
  return { told, ...createTellNewest<number>((value) => void told.push(value), EVERY_MS) };
}

describe('telling the newest', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('tells the first at once', () => {
    const { told, note } = openTelling();
    note(1);
    expect(told).toEqual([1]);
  });

  it('tells of those that follow within the pause the last alone, when it is over', () => {
    const { told, note } = openTelling();
    for (const value of [1, 2, 3, 4]) note(value);
    vi.advanceTimersByTime(EVERY_MS - 1);
    expect(told).toEqual([1]);
    vi.advanceTimersByTime(1);
    expect(told).toEqual([1, 4]);
  });

  it('keeps the pause after what was told at its end, and has none when nothing came', () => {
    const { told, note } = openTelling();
    note(1);
    note(2);
    vi.advanceTimersByTime(EVERY_MS);
    note(3);
    expect(told).toEqual([1, 2]);
    vi.advanceTimersByTime(EVERY_MS);
    expect(told).toEqual([1, 2, 3]);
    vi.advanceTimersByTime(EVERY_MS);
    expect(vi.getTimerCount()).toBe(0);
    note(4);
    expect(told).toEqual([1, 2, 3, 4]);
  });

  it('loses none under a steady stream, and tells no more often than the pause allows', () => {
    const { told, note } = openTelling();
    for (let value = 1; value <= 1_000; value++) {
      note(value);
      vi.advanceTimersByTime(1);
    }
    vi.advanceTimersByTime(EVERY_MS);
    expect(told.at(-1)).toBe(1_000);
    expect(told).toHaveLength(1 + 1_000 / EVERY_MS);
    expect(told).toEqual([...told].sort((a, b) => a - b));
  });

  it('tells at once what waits when it is asked to, and not a second time', () => {
    const { told, note, flush } = openTelling();
    flush();
    note(1);
    note(2);
    flush();
    expect(told).toEqual([1, 2]);
    flush();
    vi.advanceTimersByTime(EVERY_MS);
    expect(told).toEqual([1, 2]);
  });

  it('tells the newest once more to who comes later, what waits included, and nothing when there is none', () => {
    const { told, note, again } = openTelling();
    again();
    expect(told).toEqual([]);
    note(1);
    note(2);
    again();
    again();
    vi.advanceTimersByTime(EVERY_MS);
    expect(told).toEqual([1, 2, 2]);
  });

  it('is silent once it is stopped', () => {
    const { told, note, stop } = openTelling();
    note(1);
    note(2);
    stop();
    vi.advanceTimersByTime(EVERY_MS);
    note(3);
    vi.advanceTimersByTime(EVERY_MS);
    expect(told).toEqual([1]);
    expect(vi.getTimerCount()).toBe(0);
  });
});
