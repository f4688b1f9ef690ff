import { describe, expect, it } from 'vitest';
import { formatDifference, sayDifference } from './difference.js';

describe('formatDifference', () => {
  it.each([
    ['conversionRatio', -0.0351, '\u22123.5 pts'],
    ['errorRatio', 0.004, '+0.4 pts'],
    ['dwellMs', 1_240, '+1.2 s'],
    ['dwellMs', -80, '\u221280 ms'],
    ['cls', 0.051, '+0.05'],
    ['conversionRatio', -0.0001, '0.0 pts'],
  ])('of %s %d reads %s', (figure, difference, text) => {
    expect(formatDifference(figure, difference)).toBe(text);
  });
});

describe('sayDifference', () => {
  it('says which way it goes, of times and of shares', () => {
    const of = (figure: string, h5: number, native: number) =>
      sayDifference({
        name: 'order',
        figure,
        h5: { value: h5 },
        native: { value: native },
        difference: h5 - native,
      });
    expect(of('dwellMs', 9_000, 8_000)).toBe('“order” is looked at longer on H5: 9.0 s, 8.0 s on native.');
    expect(of('dropOffRatio', 0.1, 0.2)).toBe(
      '“order” loses fewer sessions on H5: 10.0% of sessions, 20.0% on native.',
    );
    expect(of('lcpMs', 900, 800)).toBe('“order” has a higher lcpMs on H5: 900 ms, 800 ms on native.');
  });
});
