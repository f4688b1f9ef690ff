import type { LiveEvent, Surface } from '@tidemark/protocol';
import { describe, expect, it } from 'vitest';
import { createEventRate, RATE_WINDOW_S } from './event-rate.js';

const nowMs = 1_800_000_000_500;
const at = (secondsAgo: number, surface: Surface = 'h5') =>
  ({ receivedAt: nowMs - secondsAgo * 1_000, surface }) as LiveEvent; // the rate looks at nothing else

describe('createEventRate', () => {
  it('counts by second and surface over the window, this second last', () => {
    const rate = createEventRate();
    for (const event of [at(0), at(0, 'native'), at(2, 'native'), at(RATE_WINDOW_S - 1)]) rate.add(event);
    const { seconds, h5, total, peak } = rate.series(nowMs, 'all');
    expect(seconds).toHaveLength(RATE_WINDOW_S);
    expect(seconds.at(-1)).toBe(1_800_000_000);
    expect(total.slice(-3)).toEqual([1, 0, 2]);
    expect(h5.slice(-3)).toEqual([0, 0, 1]);
    expect(total[0]).toBe(1);
    expect(peak).toBe(2);
  });

  it('shows one surface alone', () => {
    const rate = createEventRate();
    for (const event of [at(0), at(0, 'native'), at(0, 'native')]) rate.add(event);
    expect(rate.series(nowMs, 'h5').total.at(-1)).toBe(1);
    expect(rate.series(nowMs, 'native').total.at(-1)).toBe(2);
    expect(rate.series(nowMs, 'native').h5.at(-1)).toBe(0);
  });

  it('takes the mean of ten seconds as the current rate', () => {
    const rate = createEventRate();
    for (let secondsAgo = 0; secondsAgo < 20; secondsAgo++) rate.add(at(secondsAgo));
    expect(rate.series(nowMs, 'all').current).toBe(1);
    expect(rate.series(nowMs + 5_000, 'all').current).toBe(0.5);
  });

  it('forgets what left the window', () => {
    const rate = createEventRate();
    rate.add(at(0));
    expect(rate.series(nowMs + RATE_WINDOW_S * 1_000, 'all').peak).toBe(0);
    expect(rate.series(nowMs, 'all').peak).toBe(0);
  });
});
