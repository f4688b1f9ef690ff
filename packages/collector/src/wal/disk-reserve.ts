import { statfs } from 'node:fs/promises';
import { TidemarkError } from '../observe/errors.js';

export interface DiskReserveOptions {
  /** Bytes that may still be written where the WAL lies. */
  readonly freeBytes: () => Promise<number>;
  /** With less than this free nothing is accepted; 0 switches it off. */
  readonly reserveBytes: number;
  readonly everyMs: number;
  /** Told when it begins and when it ends. */
  readonly onChange: (low: boolean, freeBytes: number) => void;
}

/**
 * Room that is never filled with new events, so that what empties the disk goes on: the loader, the engine's inserts and
 * merges, the journals. A full disk would stop all of them, and nobody could free it from here.
 */
export interface DiskReserve {
  /** @throws {TidemarkError} `disk_full` while the reserve is all that is left. */
  refuseWhenLow(): void;
  isLow(): boolean;
  /** What was free at the last look. */
  freeBytes(): number;
  /** How often the reserve was reached. */
  timesReached(): number;
  /** A write failed: looks at once rather than when it is time, if the disk had no room. */
  onWriteFailed(error: unknown): void;
  stop(): void;
}

/** Disk and quota full, as the system says it. */
const NO_ROOM = new Set(['ENOSPC', 'EDQUOT']);

/** Looks once, and from then on at intervals. A look that fails changes nothing: the next write tells. */
export async function watchDiskReserve(options: DiskReserveOptions): Promise<DiskReserve> {
  let free = Number.POSITIVE_INFINITY;
  let low = false;
  let timesReached = 0;
  let looking: Promise<void> | undefined;

  async function lookOnce(): Promise<void> {
    const found = await options.freeBytes().catch(() => undefined);
    if (found === undefined) return;
    free = found;
    setLow(found < options.reserveBytes);
  }

  /** One at a time: on a disk that hangs they would pile up. */
  function look(): Promise<void> {
    looking ??= lookOnce().finally(() => {
      looking = undefined;
    });
    return looking;
  }

  function setLow(next: boolean): void {
    if (next === low) return;
    low = next;
    if (low) timesReached++;
    options.onChange(low, free);
  }

  await look();
  const timer = setInterval(look, options.everyMs);
  timer.unref();
  return {
    refuseWhenLow() {
      if (low) throw new TidemarkError('disk_full', 'the disk is nearly full; send again when there is room');
    },
    isLow: () => low,
    freeBytes: () => free,
    timesReached: () => timesReached,
    onWriteFailed(error) {
      if (NO_ROOM.has(faultCode(error))) void look();
    },
    stop: () => clearInterval(timer),
  };
}

/** Bytes that an ordinary user may still write there. */
export async function freeBytesAt(path: string): Promise<number> {
  const { bavail, bsize } = await statfs(path);
  return bavail * bsize;
}

/** The system's code, of the error itself or of what caused it. */
function faultCode(error: unknown): string {
  const { code, cause } = error as { readonly code?: string; readonly cause?: { readonly code?: string } };
  return cause?.code ?? code ?? '';
}
