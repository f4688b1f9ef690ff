/** Somebody who calls later; by default the engine's own. */
export interface Timers {
  set(run: () => void, delayMs: number): unknown;
  clear(timer: unknown): void;
}

export function engineTimers(): Timers {
  return {
    set: (run, delayMs) => setTimeout(run, delayMs),
    clear: (timer) => clearTimeout(timer as ReturnType<typeof setTimeout> | undefined), // as `set` gave it
  };
}
