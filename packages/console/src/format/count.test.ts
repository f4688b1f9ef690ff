import { describe, expect, it } from 'vitest';
import { formatCount, formatFigure } from './count.js';

describe('formatCount', () => {
  it('groups thousands and never shortens', () => {
    expect([0, 999, 12_345, 1_234_567].map(formatCount)).toEqual(['0', '999', '12,345', '1,234,567']);
  });
});

describe('formatFigure', () => {
  it('keeps every digit below a million and three from there on', () => {
    expect([999_999, 1_000_000, 1_234_567, 2_500_000_000].map(formatFigure)).toEqual([
      '999,999',
      '1.00M',
      '1.23M',
      '2.50B',
    ]);
  });
});
