import { afterEach, expect, it, vi } from 'vitest';
import { within } from './within.js';

afterEach(() => void vi.useRealTimers());

it('waits for so long and no longer, tells what comes in time, a fault too, and leaves no timer behind', async () => {
  vi.useFakeTimers();
  expect(await within(100, Promise.resolve(1))).toBe(1);
  await expect(within(100, Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(vi.getTimerCount()).toBe(0);
  let told: unknown = 'nothing yet';
  void within(100, new Promise(() => undefined)).then((answer) => {
    told = answer;
  });
  await vi.advanceTimersByTimeAsync(99);
  expect(told).toBe('nothing yet');
  await vi.advanceTimersByTimeAsync(1);
  expect(told).toBeUndefined();
});
