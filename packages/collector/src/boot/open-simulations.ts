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
}

/** Rules and policies asked of the past, of whatever workspace: one at a time, apart from those who send events. */
export interface Simulations {
  rules(question: RulesQuestion): Promise<RuleHistory>;
  policy(question: PolicyQuestion): Promise<PolicyHistory>;
  /** Ends what is under way, and lets nothing begin. */
  close(): void;
}

const BUILT_WORKER = new URL('../pipeline/rules/simulation-worker.js', import.meta.url);
/** One takes a processor for ten seconds, at the worst for a minute: who is further behind had better come back. */
export const WAITING_MAX = 2;
const RETRY_SECONDS = 10;

export function openSimulations(parts: SimulationsParts): Simulations {
  const { store, storeReady, storeAddress, database, metrics, worker = BUILT_WORKER } = parts;
  const place = placeOfStore(storeAddress, database);
  const oneAtATime = createOneAtATime();
  const closing = new AbortController();
  let asked = 0;
  metrics.gauge('tidemark_simulations', 'Simulations of rules and policies that run or wait', () => asked);
  const countRefused = metrics.total(
    'tidemark_simulations_refused_total',
    'Simulations that were not begun, since others waited',
  );

  /** In this thread where the other's file is not built, which is so in tests alone. */
  function run(question: SimulationQuestion): Promise<RuleHistory | PolicyHistory> {
    if (closing.signal.aborted) throw stopping();
    if (!existsSync(worker)) return simulate(store, question);
    return simulateApart(worker, { store: place(), question }, closing.signal);
  }

  async function ask(question: SimulationQuestion): Promise<RuleHistory | PolicyHistory> {
    if (!storeReady()) throw storeStarting();
    if (asked > WAITING_MAX) {
      countRefused(1);
      throw new HttpProblem('busy', `${WAITING_MAX} simulations wait for one that runs; ask again later.`, {
        retryAfterSeconds: RETRY_SECONDS,
      });
    }
    asked++;
    try {
      return await oneAtATime(async () => run(question));
    } catch (error) {
      throw closing.signal.aborted ? stopping() : error;
    } finally {
      asked--;
    }
  }

  return {
    rules: (question) => ask({ about: 'rules', ...question }) as Promise<RuleHistory>, // what is asked about is answered
    policy: (question) => ask({ about: 'policy', ...question }) as Promise<PolicyHistory>, // likewise
    close: () => closing.abort(),
  };
}

function stopping(): HttpProblem {
  return new HttpProblem('busy', 'The collector stops; ask again when it runs.', { retryAfterSeconds: RETRY_SECONDS });
}
