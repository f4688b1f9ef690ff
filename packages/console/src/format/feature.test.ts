import { expect, it } from 'vitest';
import { formatReading, formatWindow } from './feature.js';

it.each([
  [{ value: 1_234, reason: null, unit: 'count' }, '1,234'],
  [{ value: 1_234.5, reason: null, unit: 'milliseconds' }, '1.2 s'],
  [{ value: 0.0416666, reason: null, unit: 'ratio' }, '0.0417'],
  [{ value: -2.5, reason: null, unit: 't value' }, '-2.5'],
  [{ value: null, reason: 'too_few_events', unit: 'bits' }, 'too few events'],
  [{ value: null, reason: null, unit: 'bits' }, '–'],
])('shows %o as %s', (reading, shown) => {
  expect(formatReading(reading)).toBe(shown);
});

it.each([
  [60_000, '1 minute'],
  [3_600_000, '1 hour'],
  [86_400_000, '24 hours'],
  [30 * 86_400_000, '30 days'],
])('calls a window of %i ms %s', (windowMs, shown) => {
  expect(formatWindow(windowMs)).toBe(shown);
});
