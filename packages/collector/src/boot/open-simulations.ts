import { existsSync } from 'node:fs';
import { HttpProblem } from '../observe/http-problem.js';
import type { Metrics } from '../observe/metrics.js';
import { storeStarting } from '../observe/store-starting.js';
import type { PolicyHistory, PolicyQuestion, RuleHistory, RulesQuestion } from '../pipeline/rules/replay-history.js';
import { type SimulationQuestion, simulate } from '../pipeline/rules/simulate.js';
import { simulateApart } from '../pipeline/rules/simulate-apart.js';
import { createOneAtATime } from '../privacy/one-at-a-time.js';
import { placeOfStore, type StoreAddress, type StoreConnection } from '../store/connect.js';

export interface SimulationsParts {
  readonly store: StoreConnection;
  readonly storeReady: () => boolean;
  readonly storeAddress: () => StoreAddress | undefined;
  readonly database: string;
  readonly metrics: Metrics;
  /** File of the thread; the built one unless a test says otherwise. */
  readonly worker: URL | undefined;
  /** How long one may take, unless a test says otherwise. */
  readonly timeMs?: number;
}

/**
 * Rules and policies asked of the past: one at a time, apart from those who send events; of each workspace one, so that whoever asks
 * in a loop leaves places to others.
 *
 * @throws {HttpProblem} `rate_limited` while one of the workspace runs or waits; `busy` while too many of others do, or the collector
 *   stops; `query_too_heavy` when it took too long.
 */
export interface Simulations {
  rules(question: RulesQuestion): Promise<RuleHistory>;
  policy(question: PolicyQuestion): Promise<PolicyHistory>;
  /** Ends what is under way, and lets nothing begin. */
  close(): void;
}

const BUILT_WORKER = new URL('../pipeline/rules/simulation-worker.js', import.meta.url);
/** One takes a processor for ten seconds, at the worst for a minute: who is further behind had better come back. */
export const WAITING_MAX = 2;
/** What is shown ends long before (`SHOWN_FOR_MS`); a store that does not answer must not hold the place. */
export const SIMULATION_TIME_MS = 120_000;
const RETRY_SECONDS = 10;

export function openSimulations(parts: SimulationsParts): Simulations {
  const { store, storeReady, storeAddress, database, metrics, worker = BUILT_WORKER } = parts;
  const { timeMs = SIMULATION_TIME_MS } = parts;
  const place = placeOfStore(storeAddress, database);
  const oneAtATime = createOneAtATime();
  const closing = new AbortController();
  /** Workspaces of which one runs or waits. */
  const underWay = new Set<string>();
  metrics.gauge('tidemark_simulations', 'Simulations of rules and policies that run or wait', () => underWay.size);
  const countRefused = metrics.counter(
    'tidemark_simulations_refused_total',
    'Simulations that were not begun, by why: one of the workspace was under way, or as many of others waited as may',
    'reason',
    ['own_under_way', 'others_wait'],
  );
  const countLate = metrics.total('tidemark_simulations_late_total', 'Simulations that were ended for want of time');

  function enter(workspaceId: string): void {
    if (underWay.has(workspaceId)) {
      countRefused('own_under_way');
      throw comeBack('rate_limited', 'A simulation of this workspace runs or waits; ask again when it is answered.');
    }
    if (underWay.size > WAITING_MAX) {
      countRefused('others_wait');
      throw comeBack('busy', `${WAITING_MAX} simulations wait for one that runs; ask again later.`);
    }
    underWay.add(workspaceId);
  }

  /** In this thread where the other's file is not built, which is so in tests alone. */
  async function run(question: SimulationQuestion): Promise<RuleHistory | PolicyHistory> {
    const late = AbortSignal.timeout(timeMs);
    try {
      const end = AbortSignal.any([closing.signal, late]);
      end.throwIfAborted();
      if (!existsSync(worker)) return await simulate(store, question);
      return await simulateApart(worker, { store: place(), question }, end);
    } catch (error) {
      if (closing.signal.aborted) throw comeBack('busy', 'The collector stops; ask again when it runs.');
      if (!late.aborted) throw error;
      countLate(1);
      throw new HttpProblem(
        'query_too_heavy',
        `The simulation was ended after ${timeMs / 1_000} seconds: ask for fewer days, or for less at once.`,
      );
    }
  }

  async function ask(question: SimulationQuestion): Promise<RuleHistory | PolicyHistory> {
    if (!storeReady()) throw storeStarting();
    enter(question.workspaceId);
    try {
      return await oneAtATime(() => run(question));
    } finally {
      underWay.delete(question.workspaceId);
    }
  }

  return {
    rules: (question) => ask({ about: 'rules', ...question }) as Promise<RuleHistory>, // what is asked about is answered
    policy: (question) => ask({ about: 'policy', ...question }) as Promise<PolicyHistory>, // likewise
    close: () => closing.abort(),
  };
}

function comeBack(code: 'busy' | 'rate_limited', detail: string): HttpProblem {
  return new HttpProblem(code, detail, { retryAfterSeconds: RETRY_SECONDS });
}
