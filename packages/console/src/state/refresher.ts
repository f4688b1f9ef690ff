import type { Clock } from '../clock.js';

export interface RefresherOptions {
  /** Must not reject. */
  refresh(): Promise<void>;
  /** Nobody looks at a hidden tab: it is not refreshed. */
  isVisible(): boolean;
  readonly clock: Clock;
  /** While nothing happens; 5 s unless told otherwise. */
  readonly regularMs?: number;
}

export interface Refresher {
  /** At once; again after the one under way, if there is one. */
  now(): void;
  /** Something happened: within a second, once for all that happens meanwhile. */
  soon(): void;
  close(): void;
}

const REGULAR_MS = 5_000;
/** After something happened. */
const SOON_MS = 700;
/** An event is seen live before the store has it; a second look so long after the first catches the late ones. */
const SECOND_LOOK_MS = 2_000;

/** Decides when figures are asked for again: never two at a time, and never while nobody looks. */
export function createRefresher({ refresh, isVisible, clock, regularMs = REGULAR_MS }: RefresherOptions): Refresher {
  let closed = false;
  let running = false;
  let again = false;
  let secondLook = false;
  let dueAt = Number.POSITIVE_INFINITY;
  let cancel = () => {};

  function schedule(delayMs: number): void {
    const at = clock.now() + delayMs;
    if (closed || at >= dueAt) return;
    cancel();
    dueAt = at;
    cancel = clock.after(delayMs, () => void run());
  }

  async function run(): Promise<void> {
    cancel();
    dueAt = Number.POSITIVE_INFINITY;
    if (closed || !isVisible()) return;
    if (running) {
      again = true;
      return;
    }
    running = true;
    do {
      again = false;
      await refresh();
    } while (again && !closed);
    running = false;
    schedule(secondLook ? SECOND_LOOK_MS : regularMs);
    secondLook = false;
  }

  return {
    now: () => void run(),
    soon() {
      secondLook = true;
      schedule(SOON_MS);
    },
    close() {
      closed = true;
      cancel();
    },
  };
}
