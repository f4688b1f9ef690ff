import type { RivalVerdict } from '@tidemark/analytics/scores';

/** A model by kind and version. */
export interface NamedModel {
  readonly kind: string;
  readonly version: string;
}

const STAYS: Readonly<Record<Exclude<RivalVerdict['reason'], 'better'>, string>> = {
  too_few_rows: 'that is too few to tell them apart',
  not_better: 'the difference may be chance',
  worse: 'it is worse, and not by chance',
  ranks_worse: 'but it ranks orders worse, and not by chance',
  fills_worse: 'but it tells whole fills worse, and not by chance',
};

/** What was found, in a sentence. */
export function tellJudgement(
  champion: NamedModel,
  rival: NamedModel,
  { kind, reason, orders, logLoss }: RivalVerdict,
): string {
  const held = `${named(rival)} was held against ${named(champion)} on ${orders} orders that neither had learnt from`;
  const difference = logLoss
    ? `: its log-loss is ${Math.abs(logLoss.difference).toFixed(4)} ${logLoss.difference < 0 ? 'lower' : 'higher'} (${signed(logLoss.low)} to ${signed(logLoss.high)})`
    : '';
  return kind === 'promote' || reason === 'better'
    ? `${held}${difference}, and not by chance: it serves from now on.`
    : `${held}${difference}; ${STAYS[reason]}: ${named(champion)} goes on serving.`;
}

export function named({ kind, version }: NamedModel): string {
  return `${kind} ${version}`;
}

function signed(value: number): string {
  return `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(4)}`;
}
