import type { StoreConnection, StorePlace } from '../../store/connect.js';
import {
  type PolicyHistory,
  type PolicyQuestion,
  type RuleHistory,
  type RulesQuestion,
  replayHistory,
  replayPolicy,
} from './replay-history.js';

/** What is asked of the last days, by what it is about. Plain data. */
export type SimulationQuestion =
  | ({ readonly about: 'rules' } & RulesQuestion)
  | ({ readonly about: 'policy' } & PolicyQuestion);

/** What a thread needs; crosses as it is. */
export interface SimulationTask {
  readonly store: StorePlace;
  readonly question: SimulationQuestion;
}

/** The thread's one word. A fault crosses without its class: what the collector judges it by goes beside it. */
export type SimulationAnswer =
  | { readonly kind: 'done'; readonly history: RuleHistory | PolicyHistory }
  | { readonly kind: 'failed'; readonly message: string; readonly code: string | undefined };

/** Asks history, where it is called. */
export function simulate(store: StoreConnection, question: SimulationQuestion): Promise<RuleHistory | PolicyHistory> {
  return question.about === 'rules'
    ? replayHistory(store, question, Date.now)
    : replayPolicy(store, question, Date.now);
}
