import type { FlagPrecision, FlagTriage, RiskFlag } from '@tidemark/protocol';
import type { ApiClient, FlagEvents } from '../api/api-client.js';
import { faultOf, type Refusal, refusalOf } from '../api/api-outcome.js';
import type { Clock } from '../clock.js';
import { createRefresher } from './refresher.js';
import { createStore, type Store } from './store.js';
import { tellFault } from './tell-fault.js';

export interface FlagBoardState {
  /** As each stands now, the latest first; undefined before the first answer. */
  readonly flags: readonly RiskFlag[] | undefined;
  /** What people found of the flags of each kind, by kind; none before the first answer. */
  readonly precision: Readonly<Record<string, FlagPrecision>>;
  /** Why the last attempt failed, a sentence; empty when it did not. */
  readonly fault: string;
}

export interface FlagBoardOptions {
  readonly api: Pick<ApiClient, 'flags' | 'flagPrecision' | 'flagEvents' | 'triage'>;
  readonly clock: Clock;
  isVisible(): boolean;
  /** The key was refused. */
  onRefused(refusal: Refusal): void;
}

/** The risk feed, followed by its cursor until closed: what changed is told again, and nothing is asked twice. */
export interface FlagBoard {
  readonly state: Store<FlagBoardState>;
  /** The raw events of a flag, or a sentence why not. */
  events(flagId: string): Promise<FlagEvents | string>;
  /** @returns a sentence when it failed, empty when it is done. */
  triage(flagId: string, triage: FlagTriage): Promise<string>;
  wake(): void;
  close(): void;
}

/** The page holds the latest ones; the feed has them all. */
const FLAGS_KEPT = 5_000;

export function openFlagBoard({ api, clock, isVisible, onRefused }: FlagBoardOptions): FlagBoard {
  const state = createStore<FlagBoardState>({ flags: undefined, precision: {}, fault: '' });
  const flags = new Map<string, RiskFlag>();
  const controller = new AbortController();
  let cursor: string | undefined;

  async function refresh(): Promise<void> {
    let isNews = false;
    for (let more = true; more; ) {
      const answer = await api.flags(cursor, controller.signal);
      if (controller.signal.aborted) return;
      if (answer.kind !== 'ok') {
        tellFault(state, refusalOf(answer), onRefused);
        return;
      }
      for (const flag of answer.value.flags) flags.set(flag.flagId, flag);
      isNews ||= answer.value.flags.length > 0;
      ({ cursor, more } = answer.value);
    }
    show();
    if (isNews) await refreshPrecision();
  }

  /** A verdict is a change of its flag, so there is none without news. Where it is not told, the next news asks again. */
  async function refreshPrecision(): Promise<void> {
    const answer = await api.flagPrecision(controller.signal);
    if (answer.kind !== 'ok' || controller.signal.aborted) return;
    state.set({
      ...state.get(),
      precision: Object.fromEntries(answer.value.kinds.map((one) => [one.kind, one])),
    });
  }

  function show(): void {
    const latest = [...flags.values()].sort((a, b) => b.lastAt - a.lastAt);
    for (const { flagId } of latest.splice(FLAGS_KEPT)) flags.delete(flagId);
    state.set({ ...state.get(), flags: latest, fault: '' });
  }

  const refresher = createRefresher({ refresh, isVisible, clock });
  refresher.now();
  return {
    state,
    async events(flagId) {
      const answer = await api.flagEvents(flagId, controller.signal);
      return answer.kind === 'ok' ? answer.value : faultOf(refusalOf(answer));
    },
    async triage(flagId, triage) {
      const answer = await api.triage(flagId, triage);
      if (answer.kind !== 'ok') return faultOf(refusalOf(answer));
      flags.set(flagId, answer.value);
      show();
      return '';
    },
    wake: () => refresher.now(),
    close() {
      controller.abort();
      refresher.close();
    },
  };
}
