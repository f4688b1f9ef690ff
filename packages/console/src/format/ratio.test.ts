import { describe, expect, it } from 'vitest';
import { formatPer, formatRatio } from './ratio.js';

describe('formatRatio', () => {
  it('shows a ratio in per cent with one decimal', () => {
    expect([0, 0.4237, 1].map(formatRatio)).toEqual(['0.0%', '42.4%', '100.0%']);
  });
});

describe('formatPer', () => {
  it('shows how many there are to one, and a dash when there is none to divide by', () => {
    expect(formatPer(24, 10)).toBe('2.4');
    expect(formatPer(24, 0)).toBe('–');
  });
});
