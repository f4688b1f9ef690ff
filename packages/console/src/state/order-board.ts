import type { ModelVersions, OrderDecision } from '@tidemark/protocol';
import type { ApiClient } from '../api/api-client.js';
import { type ApiOutcome, faultOf, type Refusal, refusalOf } from '../api/api-outcome.js';
import type { Explanation, ModelCard } from '../api/model-answers.js';
import type { Clock } from '../clock.js';
import { createRefresher } from './refresher.js';
import { createStore, type Store } from './store.js';
import { tellFault } from './tell-fault.js';

export interface OrderBoardState {
  /** With what was said of each as it was placed, the newest first; undefined before the first answer. */
  readonly orders: readonly OrderDecision[] | undefined;
  readonly models: ModelVersions | undefined;
  /** Of the model that answers; undefined while there is none, or it has not come. */
  readonly card: ModelCard | undefined;
  /** Why the last attempt failed, a sentence; empty when it did not. */
  readonly fault: string;
}

export interface OrderBoardOptions {
  readonly api: Pick<ApiClient, 'orders' | 'models' | 'modelCard' | 'modelPage' | 'explain'>;
  readonly clock: Clock;
  isVisible(): boolean;
  /** The key was refused. */
  onRefused(refusal: Refusal): void;
}

/** Orders and the model that speaks of them, asked for again until closed. */
export interface OrderBoard {
  readonly state: Store<OrderBoardState>;
  /** What was known at a decision, or a sentence why it cannot be told. */
  explain(decisionId: string): Promise<Explanation | string>;
  /** The model's own page, HTML; or why it did not come. */
  modelPage(version: string): Promise<ApiOutcome<string>>;
  wake(): void;
  /** One was placed: it is asked for within a second. */
  soon(): void;
  close(): void;
}

export function openOrderBoard({ api, clock, isVisible, onRefused }: OrderBoardOptions): OrderBoard {
  const state = createStore<OrderBoardState>({ orders: undefined, models: undefined, card: undefined, fault: '' });
  const controller = new AbortController();
  const { signal } = controller;

  async function refresh(): Promise<void> {
    const [orders, models] = await Promise.all([api.orders(signal), api.models(signal)]);
    if (signal.aborted) return;
    if (orders.kind !== 'ok' || models.kind !== 'ok') return fail(orders, models);
    const { decisions } = orders.value;
    state.set({ ...state.get(), orders: decisions, models: models.value, fault: '' });
    await readCard(models.value.serving);
  }

  /** A model never changes: its card is asked for once. */
  async function readCard(version: string | null): Promise<void> {
    if (version === null || state.get().card?.version === version) return;
    const card = await api.modelCard(version, signal);
    if (signal.aborted) return;
    if (card.kind === 'ok') state.set({ ...state.get(), card: card.value });
    else fail(card);
  }

  function fail(...outcomes: readonly ApiOutcome<unknown>[]): void {
    tellFault(
      state,
      outcomes.map(refusalOf).find((found) => found !== undefined),
      onRefused,
    );
  }

  const refresher = createRefresher({ refresh, isVisible, clock });
  refresher.now();
  return {
    state,
    async explain(decisionId) {
      const answer = await api.explain(decisionId, signal);
      return answer.kind === 'ok' ? answer.value : faultOf(refusalOf(answer));
    },
    modelPage: (version) => api.modelPage(version, signal),
    wake: () => refresher.now(),
    soon: () => refresher.soon(),
    close() {
      controller.abort();
      refresher.close();
    },
  };
}
