import type { Collector } from '../boot/start-collector.js';

/** A stop that takes longer than this ends hard: what matters is on disk by then. */
const STOP_WITHIN_MS = 10_000;
/** A terminal signals its whole group, and a wrapper passes on what it got, too: signals so close are one wish. */
const SAME_WISH_MS = 1_000;

/** What is signalled, and ends; this process unless a test says otherwise. */
interface Host {
  onSignal(signal: 'SIGINT' | 'SIGTERM', listener: () => void): void;
  exit(code: number): void;
  now(): number;
}

const THIS_PROCESS: Host = {
  onSignal: (signal, listener) => process.on(signal, listener),
  exit: (code) => process.exit(code),
  now: () => performance.now(),
};

/**
 * Runs until SIGINT or SIGTERM, then stops cleanly and exits 0. A second signal, a second later or more, ends at once. To be
 * called before the start is awaited, because a collector answers a moment before its start has come to its end.
 *
 * @param closeOthers - what stops beside the collector.
 */
export function runUntilSignal(
  starting: Promise<Pick<Collector, 'close'>>,
  closeOthers: () => Promise<void> = async () => undefined,
  host: Host = THIS_PROCESS,
): void {
  let stoppingSince: number | undefined;
  const stop = () => {
    if (stoppingSince !== undefined) {
      if (host.now() - stoppingSince >= SAME_WISH_MS) host.exit(130);
      return;
    }
    stoppingSince = host.now();
    setTimeout(() => host.exit(1), STOP_WITHIN_MS).unref();
    Promise.all([starting.then((collector) => collector.close()), closeOthers()]).then(
      () => host.exit(0),
      (error: unknown) => {
        process.stderr.write(`tidemark: stopping failed: ${String(error)}\n`);
        host.exit(1);
      },
    );
  };
  host.onSignal('SIGINT', stop);
  host.onSignal('SIGTERM', stop);
}
