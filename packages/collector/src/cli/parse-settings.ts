import { InvalidArgumentError } from 'commander';

const UNIT_MS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/**
 * Reads a span of time: a whole number with `s`, `m`, `h` or `d` behind it.
 *
 * @returns milliseconds.
 * @throws {InvalidArgumentError} when it is none.
 */
export function parseSpanMs(text: string): number {
  const [, count, unit] = /^(\d{1,9})([smhd])$/.exec(text) ?? [];
  const unitMs = UNIT_MS[unit ?? ''];
  if (count === undefined || unitMs === undefined)
    throw new InvalidArgumentError('It is a span such as 30m, 24h or 90d.');
  return Number(count) * unitMs;
}

/** @throws {InvalidArgumentError} when it is no whole number from 0 on that is exact. */
export function parseCount(text: string): number {
  const count = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(count))
    throw new InvalidArgumentError('It is a whole number from 0 on.');
  return count;
}

/** @throws {InvalidArgumentError} when it is no number above 0. */
export function parsePositive(text: string): number {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (!(value > 0 && Number.isFinite(value))) throw new InvalidArgumentError('It is a number above 0.');
  return value;
}

/** @throws {InvalidArgumentError} when it is no number from 0 to 1. */
export function parseShare(text: string): number {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (!(value >= 0 && value <= 1)) throw new InvalidArgumentError('It is a number from 0 to 1.');
  return value;
}

/** Comma-separated; an empty text is an empty list. */
export function parseList(text: string): string[] {
  return text
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
}

/** @throws {InvalidArgumentError} when it is neither of the two. */
export function parseSwitch(text: string): boolean {
  if (text !== 'on' && text !== 'off') throw new InvalidArgumentError('It is on or off.');
  return text === 'on';
}

/** @throws {InvalidArgumentError} when no zone of the earth is so far off. */
export function parseOffsetMinutes(text: string): number {
  const minutes = Number(text);
  if (!/^[+-]?\d{1,3}$/.test(text) || minutes < -720 || minutes > 840)
    throw new InvalidArgumentError('It is a whole number of minutes from -720 to 840.');
  return minutes;
}
