import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { LONG_TIMES, withinTime } from './within-time.js';

function stopTime(): void {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
}

describe('withinTime', () => {
  it.each([
    ['comes', async () => 'it', 'it'],
    ['fails', async () => Promise.reject(new Error('why')), 'Error: why'],
  ])('hands on what %s, and wakes the page no more', async (_, open, outcome) => {
    stopTime();
    expect(await withinTime(open()).catch(String)).toBe(outcome);
    expect(vi.getTimerCount()).toBe(0);
  });

  it.each([1, LONG_TIMES])('gives up what takes longer than %d s', async (times) => {
    stopTime();
    let end = 'none';
    withinTime(new Promise(() => undefined), times).catch(() => {
      end = 'given up';
    });
    await vi.advanceTimersByTimeAsync(times * 1_000 - 1);
    expect(end).toBe('none');
    await vi.advanceTimersByTimeAsync(1);
    expect(end).toBe('given up');
  });
});
