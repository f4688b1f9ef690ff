import { describe, expect, it } from 'vitest';
import { dayOf, nextWorkingDay } from './day.js';

describe('nextWorkingDay', () => {
  it.each([
    ['Monday', '2026-11-16', '2026-11-17'],
    ['Thursday', '2026-11-19', '2026-11-20'],
    ['Friday', '2026-11-20', '2026-11-23'],
    ['Saturday', '2026-11-21', '2026-11-23'],
    ['Sunday', '2026-11-22', '2026-11-23'],
    ['a Friday at the end of the year', '2027-12-31', '2028-01-03'],
  ])('after %s', (_, day, next) => {
    expect(nextWorkingDay(dayNumber(day))).toBe(dayNumber(next));
  });
});

describe('dayOf', () => {
  it('is the day on the local calendar, at its first and at its last moment', () => {
    expect(dayOf(new Date(2026, 10, 20, 0, 0))).toBe(dayNumber('2026-11-20'));
    expect(dayOf(new Date(2026, 10, 20, 23, 59))).toBe(dayNumber('2026-11-20'));
  });
});

function dayNumber(isoDay: string): number {
  return Date.parse(isoDay) / 86_400_000;
}
