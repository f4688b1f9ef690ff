import { describe, expect, it } from 'vitest';
import { formatAge, formatAgo } from './age.js';

describe('formatAge', () => {
  it('counts in the largest unit that is full', () => {
    const ages = [0, 999, 1_000, 59_999, 60_000, 3_600_000, 86_400_000];
    expect(ages.map(formatAge)).toEqual(['now', 'now', '1s', '59s', '1m', '1h', '1d']);
  });

  it('reads now when the clocks disagree and the age is below zero', () => {
    expect(formatAge(-5_000)).toBe('now');
  });
});

it('formatAgo reads within a sentence', () => {
  expect([0, 4_000].map(formatAgo)).toEqual(['just now', '4s ago']);
});
