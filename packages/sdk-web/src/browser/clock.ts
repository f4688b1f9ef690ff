import { LIMITS } from '@tidemark/protocol';

/** Both clocks of a page: the wall, which people set, and the monotonic one, which only runs. */
export interface Clock {
  /** Whole epoch milliseconds, within the bounds of what the collector takes for a time. */
  now(): number;
  /** Milliseconds since the page began; never steps. */
  monotonicMs(): number;
  /** How often the two parted: the wall was set, or the device slept. Each time a new epoch of the wall clock begins. */
  steps(): number;
  /** Takes in what an answer told: the collector's time, when its request left and when it came, by the monotonic clock. */
  learn(serverTimeMs: number, leftAt: number, cameAt: number): void;
  /** Collector's clock minus this one in the present epoch; undefined before the first answer in it. */
  offset(): ClockOffset | undefined;
  /**
   * Now, by the clock that events of an earlier epoch were stamped with; of none, the present one. Where the wall went back since, it was set, and that
   * clock would say more now. Where it went forward the device most likely slept, and it is the same clock.
   */
  nowIn(epoch: number | undefined): number;
  /** Now, by the one of all its epochs' clocks that is picked: `Math.min` the earliest, `Math.max` the latest. */
  nowBy(pick: (...times: number[]) => number): number;
}

export interface ClockOffset {
  readonly offsetMs: number;
  /** Half the round trip: the collector read its clock somewhere between. */
  readonly errorMs: number;
}

/** Below this it is the browser's own correction of a drifting clock. */
const STEP_MS = 2_000;

/** @param wall - epoch milliseconds, any; @param monotonicMs - never steps. */
export function createClock(wall: () => number, monotonicMs: () => number): Clock {
  /** What the wall says more than the monotonic clock, one entry an epoch. */
  const parted = [wall() - monotonicMs()];
  let offset: ClockOffset | undefined;

  function now(): number {
    const wallMs = wall();
    const difference = wallMs - monotonicMs();
    if (Math.abs(difference - (parted.at(-1) ?? 0)) > STEP_MS) {
      parted.push(difference);
      offset = undefined;
    }
    return boundedTime(wallMs);
  }

  return {
    now,
    monotonicMs,
    steps: () => parted.length - 1,
    learn(serverTimeMs, leftAt, cameAt) {
      const errorMs = (cameAt - leftAt) / 2;
      const between = now() - monotonicMs() + leftAt + errorMs; // the wall clock half-way
      if (!Number.isFinite(serverTimeMs) || (offset && offset.errorMs <= errorMs)) return;
      offset = { offsetMs: Math.round(serverTimeMs - between), errorMs: Math.ceil(errorMs) };
    },
    offset: () => offset,
    nowIn: (epoch = -1) => Math.max(now(), boundedTime((parted[epoch] ?? 0) + monotonicMs())),
    nowBy(pick) {
      now(); // it may have been set just before
      return boundedTime(pick(...parted) + monotonicMs());
    },
  };
}

/** A device that lost its clock says 1970; the collector corrects any time by `sentAt`, but must be able to read it. */
export function boundedTime(ms: number): number {
  return Math.floor(Math.min(Math.max(ms, LIMITS.occurredAtMinMs), LIMITS.occurredAtMaxMs));
}
