import type { FlagSeverity, FlagStatus } from '@tidemark/protocol';
import type { EventTone } from './event-type.js';

const TONES = {
  high: 'fault',
  medium: 'identity',
  low: 'technology',
  info: 'view',
} as const satisfies Record<FlagSeverity, EventTone>;

/** The colour of a severity's tag. */
export function severityTone(severity: FlagSeverity): EventTone {
  return TONES[severity];
}

/** `Sale rush` for `sale_rush`; a metric, a status or a kind that this page has never heard of reads like the others. */
export function wordsOfName(name: FlagStatus | (string & {})): string {
  const words = name.replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** `0.25`, `1,204`, `17.4`: as many digits as tell. */
export function formatMeasure(value: number): string {
  return value.toLocaleString('en-GB', { maximumSignificantDigits: Math.abs(value) < 1_000 ? 3 : 12 });
}

/** `usually 2 to 5`, `at most 5`. */
export function usualRange(low: number, high: number, baselineSpanMs: number): string {
  const range = low > 0 ? `${formatMeasure(low)} to ${formatMeasure(high)}` : `at most ${formatMeasure(high)}`;
  return baselineSpanMs === 0 ? range : `usually ${range}`;
}
