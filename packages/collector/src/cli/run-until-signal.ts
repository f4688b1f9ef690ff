import type { Collector } from '../boot/start-collector.js';

/** A stop that takes longer than this ends hard: what matters is on disk by then. */
const STOP_WITHIN_MS = 10_000;

/**
 * Runs until SIGINT or SIGTERM, then stops cleanly and exits 0. A second signal ends at once. To be called before the
 * start is awaited, because a collector answers a moment before its start has come to its end.
 *
 * @param closeOthers - what stops beside the collector.
 */
export function runUntilSignal(
  starting: Promise<Pick<Collector, 'close'>>,
  closeOthers: () => Promise<void> = async () => undefined,
): void {
  let stopping = false;
  const stop = () => {
    if (stopping) process.exit(130);
    stopping = true;
    setTimeout(() => process.exit(1), STOP_WITHIN_MS).unref();
    Promise.all([starting.then((collector) => collector.close()), closeOthers()]).then(
      () => process.exit(0),
      (error: unknown) => {
        process.stderr.write(`tidemark: stopping failed: ${String(error)}\n`);
        process.exit(1);
      },
    );
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
}
