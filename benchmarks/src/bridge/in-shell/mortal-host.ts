import { type Host, type HostStorage, openFileStorage, openHost } from '@tidemark/sdk-hybrid-bridge/native';
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
  /** The disk has the event of this number, by the names of events. */
  readonly onWritten: Readonly<Record<string, (n: number) => void>>;
  readonly onFault: (fault: unknown) => void;
}

/** Small, so that the log is written anew several times in a run. */
const DEAD_CHARS_MAX = 20_000;

export function startHost({ disk, onOpen, onWritten, onFault, ...options }: MortalHostOptions): MortalHost {
  const dying = new AbortController();
  const { signal } = dying;
  const { files, cut } = disk.mount();
  let host: Host | undefined;

  async function start(): Promise<void> {
    const opened = await openHost({
      ...options,
      storage: tellingOf(await openFileStorage(files, { deadCharsMax: DEAD_CHARS_MAX }), onWritten),
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

function tellingOf(storage: HostStorage, onWritten: MortalHostOptions['onWritten']): HostStorage {
  return {
    ...storage,
    async append(records) {
      await storage.append(records);
      for (const record of records) {
        const { name, props } = (JSON.parse(record) as WrittenRecord).event;
        if (name !== undefined && props) onWritten[name]?.(props.n);
      }
    },
  };
}

/** Of a record of the host's queue: what the shell's own events are known by. */
interface WrittenRecord {
  readonly event: { readonly name?: string; readonly props?: { readonly n: number } };
}
