import type { ReportByName, ReportName, ReportQuery } from '@tidemark/protocol';
import type { ApiClient } from '../api/api-client.js';
import { type Refusal, refusalOf } from '../api/api-outcome.js';
import type { Clock } from '../clock.js';
import { createRefresher } from './refresher.js';
import { createStore, type Store } from './store.js';
import { tellFault } from './tell-fault.js';

export interface WatchedReport<N extends ReportName> {
  /** The last one that came; undefined before the first. */
  readonly report: ReportByName[N] | undefined;
  /** What is asked for has changed, and the report is still that of before. */
  readonly stale: boolean;
  /** Why the last attempt failed, a sentence; empty when it did not. */
  readonly fault: string;
}

export interface ReportWatchOptions<N extends ReportName> {
  readonly api: Pick<ApiClient, 'report'>;
  readonly name: N;
  query(): ReportQuery<N>;
  /** Whether it is looked at: nobody else's time is spent on it. */
  isVisible(): boolean;
  readonly clock: Clock;
  /** The key was refused. */
  onRefused(refusal: Refusal): void;
}

/** One report, asked for again from time to time while it is looked at. */
export interface ReportWatch<N extends ReportName> {
  readonly state: Store<WatchedReport<N>>;
  /** What is asked for has changed, or it is looked at again. */
  changed(): void;
  wake(): void;
  close(): void;
}

/** These reports read raw events: they cost more than those that follow every click. */
const EVERY_MS = 30_000;

export function watchReport<N extends ReportName>(options: ReportWatchOptions<N>): ReportWatch<N> {
  const { api, name, query, isVisible, clock, onRefused } = options;
  const state = createStore<WatchedReport<N>>({ report: undefined, stale: false, fault: '' });
  let controller = new AbortController();

  async function refresh(): Promise<void> {
    controller = new AbortController();
    const { signal } = controller;
    const answer = await api.report(name, query(), signal);
    if (signal.aborted) return;
    if (answer.kind === 'ok') return state.set({ report: answer.value, stale: false, fault: '' });
    tellFault(state, refusalOf(answer), onRefused);
  }

  const refresher = createRefresher({ refresh, isVisible, clock, regularMs: EVERY_MS });
  refresher.now();
  return {
    state,
    changed() {
      controller.abort();
      if (state.get().report !== undefined) state.set({ ...state.get(), stale: true });
      refresher.now();
    },
    wake: refresher.now,
    close() {
      controller.abort();
      refresher.close();
    },
  };
}
