import type { Clock } from '../clock.js';

export interface ServerClock {
  now(): number;
  /** @param serverTimeMs - what the collector's clock said just now, to the second; undefined leaves all as it is. */
  set(serverTimeMs: number | undefined): void;
}

/** A `Date` header is cut to the second and travels a while: a smaller difference is no difference. */
const TOLERANCE_MS = 2_000;

/** The collector's clock as seen from here: ages and charts must not bend because the viewer's clock is wrong. */
export function createServerClock(clock: Clock): ServerClock {
  let offsetMs = 0;
  return {
    now: () => clock.now() + offsetMs,
    set(serverTimeMs) {
      if (serverTimeMs === undefined) return;
      const differenceMs = serverTimeMs - clock.now();
      offsetMs = Math.abs(differenceMs) > TOLERANCE_MS ? differenceMs : 0;
    },
  };
}
