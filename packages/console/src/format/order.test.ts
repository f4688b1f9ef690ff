import { describe, expect, it } from 'vitest';
import { formatFact, formatInterval, formatPrice, formatProbability } from './order.js';

describe('an order in words', () => {
  it('says no probability as certain that is not', () => {
    expect([0.7142, 0.5, 0.004, 0.996, 0.01, 0.99].map(formatProbability)).toEqual([
      '71%',
      '50%',
      '0.4%',
      '99.6%',
      '1%',
      '99%',
    ]);
    expect(formatInterval({ low: 0.194, high: 0.857 })).toBe('19% to 86%');
  });

  it('keeps the digits of a price, and says what was not known', () => {
    expect([1, 1.0563, 12_345.5].map(formatPrice)).toEqual(['1.00', '1.0563', '12,345.50']);
    expect(formatFact('hours_to_cut_off', 3.24813)).toEqual(['Hours to cut off', '3.25']);
    expect(formatFact('rush', 1.28e-34)).toEqual(['Rush', '0']);
    expect(formatFact('loan_rate', null)).toEqual(['Loan rate', 'not known']);
    expect(formatFact('product', 'P30')).toEqual(['Product', 'P30']);
  });
});
