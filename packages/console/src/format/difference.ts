import { formatDuration } from './duration.js';
import { formatRatio } from './ratio.js';

/** A figure that both surfaces have. */
interface Difference {
  readonly name: string;
  readonly figure: string;
  readonly h5: { readonly value: number };
  readonly native: { readonly value: number };
  /** H5 less native. */
  readonly difference: number;
}

const MINUS = '\u2212';

/** A figure of a comparison: a share, a time, or what has no unit. */
export function formatFigureOf(figure: string, value: number): string {
  if (figure.endsWith('Ms')) return formatDuration(value);
  return figure.endsWith('Ratio') ? formatRatio(value) : value.toFixed(2);
}

/** `+3.5 pts` of two shares, `−1.2 s` of two times; without a sign where nothing of it is left. */
export function formatDifference(figure: string, difference: number): string {
  const size = Math.abs(difference);
  const text = figure.endsWith('Ratio') ? `${(size * 100).toFixed(1)} pts` : formatFigureOf(figure, size);
  if (!/[1-9]/.test(text)) return text;
  return `${difference < 0 ? MINUS : '+'}${text}`;
}

const VERBS: Readonly<Record<string, readonly [more: string, less: string]>> = {
  conversionRatio: ['converts more often on H5', 'converts less often on H5'],
  dropOffRatio: ['loses more sessions on H5', 'loses fewer sessions on H5'],
  errorRatio: ['fails more often on H5', 'fails less often on H5'],
  dwellMs: ['is looked at longer on H5', 'is looked at less long on H5'],
};

/** What is sure, as one would say it: “product” converts less often on H5: 12.0% of sessions, 15.0% on native. */
export function sayDifference({ name, figure, h5, native, difference }: Difference): string {
  const [more, less] = VERBS[figure] ?? [`has a higher ${figure} on H5`, `has a lower ${figure} on H5`];
  const of = figure.endsWith('Ratio') ? ' of sessions' : '';
  const [a, b] = [formatFigureOf(figure, h5.value), formatFigureOf(figure, native.value)];
  return `${contentName(name)} ${difference > 0 ? more : less}: ${a}${of}, ${b} on native.`;
}

export function contentName(name: string): string {
  return name === '' ? '(no name)' : `“${name}”`;
}
