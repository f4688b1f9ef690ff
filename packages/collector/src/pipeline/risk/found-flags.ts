import type { CandidateFlag } from '@tidemark/analytics/anomalies';
import type { RuleFlag } from '../rules/judge-rules.js';
import type { FoundFlag } from './run-detectors.js';

/** What a rule found, or the watch over models. It has no place in the log: whoever found it tells it once. */
export interface UnloggedFlag extends Omit<FoundFlag, 'ordinal' | 'flag'> {
  readonly flag: RuleFlag | CandidateFlag;
}

export type Found = UnloggedFlag | Omit<FoundFlag, 'ordinal'>;

/** As the workspace wants it, with its rate, and less what was false before. */
export type Judged = Found['flag'];
