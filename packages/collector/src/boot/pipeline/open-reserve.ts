import type { Logger } from '../../observe/logger.js';
import type { Metrics } from '../../observe/metrics.js';
import { type DiskReserve, watchDiskReserve } from '../../wal/disk-reserve.js';

export interface OpenReserveOptions {
  readonly freeBytes: () => Promise<number>;
  readonly reserveBytes: number;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

/** At 20 MB/s, more than a collector can take, far less is written meanwhile than any reserve holds. */
const DISK_LOOK_MS = 1_000;

/** Watches what the disk has left, and tells log and metrics of it. */
export async function openReserve(options: OpenReserveOptions): Promise<DiskReserve> {
  const { freeBytes, reserveBytes, logger, metrics } = options;
  const reserve = await watchDiskReserve({
    freeBytes,
    reserveBytes,
    everyMs: DISK_LOOK_MS,
    onChange(low, free) {
      if (low) logger.error({ freeBytes: free }, 'the disk is nearly full; nothing is accepted until there is room');
      else logger.info({ freeBytes: free }, 'there is room on the disk again');
    },
  });
  const { gauge } = metrics;
  gauge('tidemark_disk_free_bytes', 'Bytes free where the WAL lies, at the last look', reserve.freeBytes);
  gauge('tidemark_disk_reserve_bytes', 'With less free than this nothing is accepted', () => reserveBytes);
  gauge('tidemark_disk_low', '1 while only the reserve is left', () => (reserve.isLow() ? 1 : 0));
  gauge('tidemark_disk_low_times', 'How often the reserve was reached', reserve.timesReached);
  return reserve;
}
