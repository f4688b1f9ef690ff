import { describe, expect, it } from 'vitest';
import { formatMeasure, severityTone, usualRange, wordsOfName } from './flag.js';

describe('the words of a flag', () => {
  it('are those of its name, known to this page or not', () => {
    expect(wordsOfName('sale_rush')).toBe('Sale rush');
    expect(wordsOfName('of_a_later_version')).toBe('Of a later version');
    expect(severityTone('high')).toBe('fault');
  });

  it('say what is usual from both ends, from one, and whether it was learnt', () => {
    expect(usualRange(2, 5, 1)).toBe('usually 2 to 5');
    expect(usualRange(0, 5, 0)).toBe('at most 5');
    expect(usualRange(-0.5, 0.4, 0)).toBe('-0.5 to 0.4');
    expect(usualRange(0.2, Number.MAX_VALUE, 0)).toBe('at least 0.2');
  });

  it('have as many digits as tell something', () => {
    expect([0.123456, 17.44, 1_204, 1_234_567].map(formatMeasure)).toEqual(['0.123', '17.4', '1,204', '1,234,567']);
  });
});
