import { Piscina } from 'piscina';
import type { TrainingResult, TrainingTask } from './train-worker.js';

export interface Trainer {
  /** One after another: a training takes a processor for itself. */
  train(task: TrainingTask): Promise<TrainingResult>;
  close(): Promise<void>;
}

/**
 * The thread is made with the first training, and ends when none follows.
 *
 * @param worker - file of the worker, built.
 * @param onFault - told when the thread cannot be made or dies; a training under way is refused.
 */
export function createTrainer(worker: string, onFault: (error: Error) => void): Trainer {
  let pool: Piscina<TrainingTask, TrainingResult> | undefined;
  const underWay = new Set<AbortController>();

  function open(): Piscina<TrainingTask, TrainingResult> {
    const opened = new Piscina<TrainingTask, TrainingResult>({
      filename: worker,
      minThreads: 0,
      maxThreads: 1,
      idleTimeout: 1_000,
      execArgv: [], // what the process was started with is no matter of the thread
    });
    opened.on('error', (error: Error) => {
      onFault(error);
      for (const training of underWay) training.abort(); // the pool itself would leave them open for ever
    });
    return opened;
  }
  return {
    async train(task) {
      pool ??= open();
      const training = new AbortController();
      underWay.add(training);
      try {
        return await pool.run(task, { name: 'trainOrders', signal: training.signal });
      } finally {
        underWay.delete(training);
      }
    },
    close: async () => pool?.destroy(),
  };
}
