import type { FeatureCatalog, FeaturesAnswer, SubjectKind } from '@tidemark/protocol';
import type { ApiClient } from '../api/api-client.js';
import { type ApiOutcome, type Refusal, refusalOf } from '../api/api-outcome.js';
import { createStore, type Store } from './store.js';
import { tellFault } from './tell-fault.js';

export interface SubjectBoardState {
  /** What each feature is; undefined before it has come. */
  readonly catalog: FeatureCatalog | undefined;
  /** Of the subject that was asked for last; undefined where there is none. */
  readonly answer: FeaturesAnswer | undefined;
  readonly isAsking: boolean;
  /** Why the last attempt failed, a sentence; empty when it did not. */
  readonly fault: string;
}

export interface SubjectBoardOptions {
  readonly api: Pick<ApiClient, 'featureCatalog' | 'features'>;
  /** The key was refused. */
  onRefused(refusal: Refusal): void;
}

/** Features of one subject at a time, asked for by a person and never again by itself: an answer reads a year of events. */
export interface SubjectBoard {
  readonly state: Store<SubjectBoardState>;
  /** Asks for the catalog, unless it is there: it is the same as long as the collector is. */
  open(): Promise<void>;
  /** @param kind - all kinds that have a subject of this id, unless told. */
  ask(subject: string, kind: SubjectKind | undefined): Promise<void>;
  close(): void;
}

const NOTHING: SubjectBoardState = { catalog: undefined, answer: undefined, isAsking: false, fault: '' };

export function openSubjectBoard({ api, onRefused }: SubjectBoardOptions): SubjectBoard {
  const state = createStore<SubjectBoardState>(NOTHING);
  const controller = new AbortController();
  const { signal } = controller;
  let asked = 0;

  /** @returns what came; undefined, and says why, where nothing did. */
  function taken<T>(outcome: ApiOutcome<T>): T | undefined {
    if (outcome.kind === 'ok') return outcome.value;
    tellFault(state, refusalOf(outcome), onRefused);
    return undefined;
  }

  return {
    state,
    async open() {
      if (state.get().catalog !== undefined) return;
      const outcome = await api.featureCatalog(signal);
      if (signal.aborted) return;
      const catalog = taken(outcome);
      if (catalog !== undefined) state.set({ ...state.get(), catalog });
    },
    async ask(subject, kind) {
      asked += 1;
      const turn = asked;
      state.set({ ...state.get(), isAsking: true, fault: '' });
      const outcome = await api.features({ subject, ...(kind === undefined ? {} : { kind }) }, signal);
      if (signal.aborted || turn !== asked) return; // somebody else was asked for meanwhile
      state.set({ ...state.get(), isAsking: false });
      const answer = taken(outcome);
      state.set({ ...state.get(), answer });
    },
    close: () => controller.abort(),
  };
}
