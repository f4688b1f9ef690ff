import { type Host, openFileStorage, openHost } from '@tidemark/sdk-hybrid-bridge/native';
import type { Disk } from './disk.js';

/** The native side as a process: it can die at any moment, and nothing of it does anything after that. */
export interface MortalHost {
  /** Undefined while it starts, and when it is dead. */
  host(): Host | undefined;
  die(): void;
}

export interface MortalHostOptions {
  readonly disk: Disk;
  readonly endpoint: string;
  readonly writeKey: string;
  readonly appId: string;
  readonly flushIntervalMs: number;
  readonly onOpen: (host: Host) => void;
  readonly onFault: (fault: unknown) => void;
}

/** Small, so that the log is written anew several times in a run. */
const DEAD_CHARS_MAX = 20_000;

export function startHost({ disk, onOpen, onFault, ...options }: MortalHostOptions): MortalHost {
  const dying = new AbortController();
  const { signal } = dying;
  const { files, cut } = disk.mount();
  let host: Host | undefined;

  async function start(): Promise<void> {
    const opened = await openHost({
      ...options,
      storage: await openFileStorage(files, { deadCharsMax: DEAD_CHARS_MAX }),
      origins: [location.origin],
      userAgent: 'shell',
      fetch: (input, init) =>
        fetch(input, { ...init, signal: init?.signal ? AbortSignal.any([signal, init.signal]) : signal }),
      timers: {
        set: (run, delayMs) =>
          setTimeout(() => {
            if (!signal.aborted) run();
          }, delayMs),
        clear: (timer) => clearTimeout(timer as number | undefined), // as `set` gave it
      },
    });
    if (signal.aborted) return;
    host = opened;
    onOpen(opened);
  }

  start().catch((fault: unknown) => {
    if (!signal.aborted) onFault(fault);
  });
  return {
    host: () => host,
    die() {
      host = undefined;
      cut();
      dying.abort();
    },
  };
}
