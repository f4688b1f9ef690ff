import type { DataBreak } from '@tidemark/protocol';
import { formatDuration } from './duration.js';
import { formatRatio } from './ratio.js';

const SAYINGS: Readonly<Record<DataBreak['kind'], (subject: string, is: string, usual: string) => string>> = {
  missing: (_, is, usual) => `${is} of events are missing, where ${usual} is the most that is usual`,
  late: (_, is, usual) => `${is} of events came over an hour late, where ${usual} is the most that is usual`,
  copies: (_, is, usual) => `${is} of events are there twice, where ${usual} is the most that is usual`,
  rejected: (_, is, usual) => `${is} of events were rejected, where ${usual} is the most that is usual`,
  empty: (subject, is, usual) => `“${subject}” is empty in ${is}, usually in ${usual}`,
  vanished: (subject, is, usual) => `“${subject}” vanished: on ${is} of devices, usually on ${usual}`,
  appeared: (subject, is, usual) => `“${subject}” appeared: on ${is} of devices, usually on ${usual}`,
  behind: (subject, is) => `the ${subject} is ${is} behind`,
};

/** What departs from the usual, in a sentence: Release 2.0: “click.variant” vanished: on 0.0% of devices, usually on 92.0%. */
export function sayBreak({ kind, subject, release, observed, expected }: DataBreak): string {
  const show = kind === 'behind' ? formatDuration : formatRatio;
  const said = SAYINGS[kind](subject, show(observed), show(expected));
  return release === '' ? `${said.charAt(0).toUpperCase()}${said.slice(1)}.` : `Release ${release}: ${said}.`;
}
