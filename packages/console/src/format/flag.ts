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

/** As good as no end: a detector that knows only one says the largest number there is. */
const ENDLESS = 1e15;

/** `usually 2 to 5`, `at most 5`, `usually at least 0.2`. */
export function usualRange(low: number, high: number, baselineSpanMs: number): string {
  const usually = baselineSpanMs === 0 ? '' : 'usually ';
  if (high >= ENDLESS) return `${usually}at least ${formatMeasure(low)}`;
  if (low === 0) return `${usually}at most ${formatMeasure(high)}`;
  return `${usually}${formatMeasure(low)} to ${formatMeasure(high)}`;
}
