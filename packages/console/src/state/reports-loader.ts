import type { PagesReport, ReportQuery, SessionsReport, VisitorsReport } from '@tidemark/protocol';
import type { ApiClient } from '../api/api-client.js';
import { type Refusal, refusalOf } from '../api/api-outcome.js';
import { createStore, type Store } from './store.js';
import { tellFault } from './tell-fault.js';

export interface Reports {
  readonly pages: PagesReport;
  readonly sessions: SessionsReport;
  readonly visitors: VisitorsReport;
}

export interface ReportsState {
  /** The last ones that came; undefined before the first. */
  readonly reports: Reports | undefined;
  /** The choice was changed, and the reports are still those of the choice before. */
  readonly stale: boolean;
  /** Why the last attempt failed, a sentence; empty when it did not. */
  readonly fault: string;
}

export interface ReportsLoader {
  readonly state: Store<ReportsState>;
  /** Asks for all three. Never rejects; an answer that is no longer wanted is dropped. */
  load(query: ReportQuery<'sessions'>): Promise<void>;
  /** Gives up what is under way, and marks what is shown as stale: the choice has changed. */
  invalidate(): void;
  close(): void;
}

/** @param onRefused - the key was refused. */
export function createReportsLoader(api: ApiClient, onRefused: (refusal: Refusal) => void): ReportsLoader {
  const state = createStore<ReportsState>({ reports: undefined, stale: false, fault: '' });
  let controller = new AbortController();

  return {
    state,
    async load(query) {
      controller = new AbortController();
      const { signal } = controller;
      const [pages, sessions, visitors] = await Promise.all([
        api.report('pages', query, signal),
        api.report('sessions', query, signal),
        api.report('visitors', query, signal),
      ]);
      if (signal.aborted) return;
      if (pages.kind === 'ok' && sessions.kind === 'ok' && visitors.kind === 'ok') {
        const reports = { pages: pages.value, sessions: sessions.value, visitors: visitors.value };
        return state.set({ reports, stale: false, fault: '' });
      }
      tellFault(
        state,
        [pages, sessions, visitors].map(refusalOf).find((found) => found !== undefined),
        onRefused,
      );
    },
    invalidate() {
      controller.abort();
      state.set({ ...state.get(), stale: true });
    },
    close: () => controller.abort(),
  };
}
