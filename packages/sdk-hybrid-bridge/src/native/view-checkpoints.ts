import type { OpenView } from './screens.js';
import type { Timers } from './timers.js';

export interface ViewCheckpointOptions {
  readonly everyMs: number;
  readonly timers: Timers;
  readonly isShown: () => boolean;
  /** As of now; undefined where there is none that may be kept. */
  readonly view: () => OpenView | undefined;
  readonly save: (text: string) => void;
  readonly isClosed: () => boolean;
}

/** Writes down the view that is open, so that it can be ended after the process was killed. */
export interface ViewCheckpoints {
  write(): void;
  /** From now on, every so often while a screen is shown. */
  schedule(): void;
  stop(): void;
}

export function createViewCheckpoints(options: ViewCheckpointOptions): ViewCheckpoints {
  const { everyMs, timers, isShown, view, save, isClosed } = options;
  let timer: unknown;
  const stop = (): void => timers.clear(timer);
  function write(): void {
    const open = view();
    save(open ? JSON.stringify(open) : '');
  }
  function schedule(): void {
    stop();
    timer = timers.set(() => {
      if (isClosed()) return;
      if (isShown()) write();
      schedule();
    }, everyMs);
  }
  return { write, schedule, stop };
}
