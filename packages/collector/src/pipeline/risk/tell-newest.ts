/** Hands on the newest of what comes, where each stands for all that came before it. */
export interface TellNewest<T> {
  /** The first is told at once; of those that follow soon after it, the last alone, when the pause is over. */
  note(value: T): void;
  /** Tells now what waits for the end of the pause. */
  flush(): void;
  /** Tells the newest once more, to somebody who knows of none; nothing where there is none. */
  again(): void;
  /** Nothing is told from here on but by `flush` and `again`. */
  stop(): void;
}

/** @param everyMs - between two tellings, but for those that are asked for. */
export function createTellNewest<T>(tell: (value: T) => void, everyMs: number): TellNewest<T> {
  let newest: { readonly value: T } | undefined;
  let isTold = true;
  let isStopped = false;
  let pause: NodeJS.Timeout | undefined;

  function again(): void {
    isTold = true;
    if (newest) tell(newest.value);
  }

  function flush(): void {
    if (!isTold) again();
  }

  function pauseOver(): void {
    pause = undefined;
    if (isTold || isStopped) return;
    flush();
    pause = setTimeout(pauseOver, everyMs);
  }

  return {
    note(value) {
      newest = { value };
      isTold = false;
      if (!pause) pauseOver();
    },
    flush,
    again,
    stop() {
      isStopped = true;
      clearTimeout(pause);
    },
  };
}
