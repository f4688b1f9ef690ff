import { Piscina } from 'piscina';
import type { TrainingResult, TrainingTask } from './train-worker.js';

export interface Trainer {
  /** One after another: a training takes a processor for itself. */
  train(task: TrainingTask): Promise<TrainingResult>;
  close(): Promise<void>;
}

export interface TrainerOptions {
  /** File of the worker, built unless a test says otherwise. */
  readonly worker: string;
  /** Options of Node for the worker's thread. */
  readonly execArgv?: readonly string[];
}

/** The thread is made with the first training, and ends when none follows. */
export function createTrainer({ worker, execArgv }: TrainerOptions): Trainer {
  let pool: Piscina<TrainingTask, TrainingResult> | undefined;
  return {
    train(task) {
      pool ??= new Piscina({
        filename: worker,
        minThreads: 0,
        maxThreads: 1,
        idleTimeout: 1_000,
        ...(execArgv && { execArgv: [...execArgv] }),
      });
      return pool.run(task, { name: 'trainOrders' });
    },
    close: async () => pool?.destroy(),
  };
}
