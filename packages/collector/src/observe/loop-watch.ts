import { performance } from 'node:perf_hooks';

/** How long the event loop has been at work without a pause: what comes now waits at least so long for its turn. */
export interface LoopWatch {
  /** Milliseconds of work since the loop last came round, beyond the watch's own interval; 0 when it is at ease. */
  delayMs(): number;
  close(): void;
}

const TICK_MS = 50;

/**
 * @param onTick - told once a round how late it came, milliseconds.
 */
export function createLoopWatch(onTick: (delayMs: number) => void): LoopWatch {
  let lastMs = performance.now();
  let utilization = performance.eventLoopUtilization();
  const timer = setInterval(() => {
    const nowMs = performance.now();
    onTick(Math.max(0, nowMs - lastMs - TICK_MS));
    lastMs = nowMs;
    utilization = performance.eventLoopUtilization();
  }, TICK_MS);
  timer.unref();
  return {
    delayMs() {
      const elapsedMs = performance.now() - lastMs - TICK_MS;
      if (elapsedMs <= TICK_MS) return Math.max(0, elapsedMs);
      // A process that was not given the processor while it waited is late too, but has nothing on its hands.
      return Math.max(0, performance.eventLoopUtilization(utilization).active - TICK_MS);
    },
    close: () => clearInterval(timer),
  };
}
