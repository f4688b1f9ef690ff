import { expect, it } from 'vitest';
import { createServerClock } from './server-clock.js';

it('follows the clock of the collector when the own one is off, and leaves small differences alone', () => {
  const clock = createServerClock({ now: () => 1_000_000, after: () => () => {} });
  clock.set(1_001_500);
  expect(clock.now()).toBe(1_000_000);
  clock.set(1_090_000);
  expect(clock.now()).toBe(1_090_000);
  clock.set(undefined);
  expect(clock.now()).toBe(1_090_000);
  clock.set(1_000_200);
  expect(clock.now()).toBe(1_000_000);
});
