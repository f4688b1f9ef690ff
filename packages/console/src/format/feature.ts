import type { FeatureReading } from '@tidemark/protocol';
import { formatDuration } from './duration.js';
import { formatMeasure } from './flag.js';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

/** `1.2 s`, `1,234`, `0.0417`; why there is none, where there is none. */
export function formatReading({ value, reason, unit }: Pick<FeatureReading, 'value' | 'reason' | 'unit'>): string {
  if (value === null) return reason === null ? '–' : reason.replaceAll('_', ' ');
  if (unit === 'milliseconds') return formatDuration(value);
  return formatMeasure(value);
}

/** `1 minute`, `24 hours`, `30 days`. */
export function formatWindow(windowMs: number): string {
  if (windowMs % DAY_MS === 0 && windowMs > DAY_MS) return units(windowMs / DAY_MS, 'day');
  if (windowMs % HOUR_MS === 0) return units(windowMs / HOUR_MS, 'hour');
  return units(Math.round(windowMs / MINUTE_MS), 'minute');
}

function units(count: number, unit: string): string {
  return `${count} ${unit}${count === 1 ? '' : 's'}`;
}
