import type { EpochMs, FlagSeverity, RiskFlag } from '@tidemark/protocol';
import type { SurfaceChoice } from './choice.js';

/** `open` is all that asks for somebody, `judged` what somebody has decided. */
export type FlagGroup = 'open' | 'judged' | 'all';

export interface FlagChoice {
  readonly group: FlagGroup;
  readonly severity: FlagSeverity | 'all';
  /** Part of a kind, an entity or a reason; case does not count. */
  readonly text: string;
}

export const DEFAULT_FLAG_CHOICE: FlagChoice = { group: 'open', severity: 'all', text: '' };

/** Flags of a choice that were last noticed within a time, on a surface; those that a server raised belong to both surfaces. */
export function filterFlags(
  flags: readonly RiskFlag[],
  choice: FlagChoice,
  from: EpochMs | undefined,
  surface: SurfaceChoice,
): RiskFlag[] {
  const text = choice.text.trim().toLowerCase();
  return flags.filter(
    (flag) =>
      (choice.group === 'all' || isJudged(flag) === (choice.group === 'judged')) &&
      (choice.severity === 'all' || flag.severity === choice.severity) &&
      (from === undefined || flag.lastAt >= from) &&
      (surface === 'all' || flag.surface === surface || flag.surface === '') &&
      (text === '' || wordsOf(flag).includes(text)),
  );
}

function isJudged({ status }: RiskFlag): boolean {
  return status === 'resolved' || status === 'false_positive';
}

function wordsOf({ kind, entity, reasons }: RiskFlag): string {
  return [kind, kind.replaceAll('_', ' '), entity.id, ...reasons.map((reason) => reason.text)].join(' ').toLowerCase();
}
