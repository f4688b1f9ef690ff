import { Worker } from 'node:worker_threads';
import { TidemarkError } from '../../observe/errors.js';
import type { PolicyHistory, RuleHistory } from './replay-history.js';
import type { SimulationAnswer, SimulationTask } from './simulate.js';

/** Ten rules over 200,000 events, each of another person, hold 610. */
const HEAP_MB = 2_048;

/**
 * A simulation in a thread of its own, which ends with it: so does the memory that it took.
 *
 * @param worker - file of the thread, built.
 * @param signal - ends it at once.
 * @throws {TidemarkError} `simulation_failed` when the thread ends without an answer.
 */
export async function simulateApart(
  worker: URL,
  task: SimulationTask,
  signal: AbortSignal,
): Promise<RuleHistory | PolicyHistory> {
  const thread = new Worker(worker, {
    workerData: task,
    resourceLimits: { maxOldGenerationSizeMb: HEAP_MB },
    execArgv: [], // what the process was started with is no matter of the thread
  });
  const end = () => void thread.terminate();
  signal.addEventListener('abort', end);
  if (signal.aborted) end();
  try {
    return await new Promise((resolve, reject) => {
      const ended = (why: string, cause?: unknown) =>
        reject(new TidemarkError('simulation_failed', `the simulation ended without an answer (${why})`, { cause }));
      thread.once('message', (answer: SimulationAnswer) => {
        if (answer.kind === 'done') resolve(answer.history);
        else reject(Object.assign(new Error(answer.message), { code: answer.code }));
      });
      thread.once('error', (error: unknown) => ended(String(error), error));
      thread.once('exit', (code) => ended(`code ${code}`));
    });
  } finally {
    signal.removeEventListener('abort', end);
    await thread.terminate();
  }
}
