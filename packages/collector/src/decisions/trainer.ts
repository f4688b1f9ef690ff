import type { RivalVerdict } from '@tidemark/analytics/scores';
import { Piscina } from 'piscina';
import type { JudgingTask, TrainingResult, TrainingTask } from './train-worker.js';

export interface Trainer {
  /** One after another, of whatever workspace: a training takes a processor for itself. */
  train(task: TrainingTask): Promise<TrainingResult>;
  judge(task: JudgingTask): Promise<RivalVerdict>;
  close(): Promise<void>;
}

/**
 * The thread is made with the first task, and ends when none follows.
 *
 * @param worker - file of the worker, built.
 * @param onFault - told when the thread cannot be made or dies; tasks under way are refused.
 */
export function createTrainer(worker: string, onFault: (error: Error) => void): Trainer {
  let pool: Piscina<TrainingTask | JudgingTask, unknown> | undefined;
  const underWay = new Set<AbortController>();

  function open(): Piscina<TrainingTask | JudgingTask, unknown> {
    const opened = new Piscina<TrainingTask | JudgingTask, unknown>({
      filename: worker,
      minThreads: 0,
      maxThreads: 1,
      idleTimeout: 1_000,
      execArgv: [], // what the process was started with is no matter of the thread
    });
    opened.on('error', (error: Error) => {
      onFault(error);
      for (const task of underWay) task.abort(); // the pool itself would leave them open for ever
    });
    return opened;
  }

  async function run<Result>(task: TrainingTask | JudgingTask, name: 'trainOrders' | 'judgeOutcomes'): Promise<Result> {
    pool ??= open();
    const abort = new AbortController();
    underWay.add(abort);
    try {
      return (await pool.run(task, { name, signal: abort.signal })) as Result; // what the function of that name gives
    } finally {
      underWay.delete(abort);
    }
  }

  return {
    train: (task) => run(task, 'trainOrders'),
    judge: (task) => run(task, 'judgeOutcomes'),
    close: async () => pool?.destroy(),
  };
}
