import type { Logger } from '../observe/logger.js';
import type { DroppedRows } from '../store/privacy/drop-expired.js';

export interface RetentionOptions {
  /**
   * Every workspace, with the days that its events, and what was decided by them, are kept, 0 is for ever, and its counts, where
   * they are kept longer.
   */
  readonly workspaces: () => readonly {
    readonly workspaceId: string;
    readonly retentionDays: number;
    readonly rollupDays: number;
  }[];
  /** Of several collectors one does it. */
  readonly isOurTurn: () => boolean;
  /**
   * Deletes what arrived or was decided before that day (UTC, ISO), while nothing is loaded; undefined when it came to nothing,
   * for now. Counts of days from `rollupsFromDay` on stay, whether there are events of theirs or not.
   */
  readonly drop: (
    workspaceId: string,
    beforeDay: string,
    rollupsFromDay: string | undefined,
  ) => Promise<DroppedRows | undefined>;
  readonly logger: Logger;
  readonly countDropped: (rows: number) => void;
  readonly now: () => number;
}

/** Deletes what is older than its workspace keeps it: once a day and workspace, a failed one again within the hour. */
export interface Retention {
  /** One look at all workspaces. */
  look(): Promise<void>;
  start(): void;
  stop(): Promise<void>;
}

const DAY_MS = 86_400_000;
const EVERY_MS = 3_600_000;
/** Not in the rush of a start. */
const FIRST_MS = 60_000;

export function createRetention(options: RetentionOptions): Retention {
  const { logger, now } = options;
  /** The days up to which each workspace is done. */
  const done = new Map<string, string>();
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> = Promise.resolve();
  let stopped = false;

  async function look(): Promise<void> {
    if (!options.isOurTurn()) return;
    for (const { workspaceId, retentionDays, rollupDays } of options.workspaces()) {
      if (stopped || retentionDays === 0) continue;
      // An event of the last kept day is kept to its end: never shorter than was promised.
      const beforeDay = dayBefore(now(), retentionDays);
      const rollupsFromDay = rollupDays > retentionDays ? dayBefore(now(), rollupDays) : undefined;
      const task = `${beforeDay} ${rollupsFromDay}`;
      if (done.get(workspaceId) === task) continue;
      try {
        const dropped = await options.drop(workspaceId, beforeDay, rollupsFromDay);
        if (!dropped) continue;
        done.set(workspaceId, task);
        const rows = dropped.events + dropped.rejected + dropped.copies + dropped.decisions;
        options.countDropped(rows);
        if (rows > 0) logger.info({ workspaceId, beforeDay, ...dropped }, 'retention: deleted');
      } catch (error) {
        logger.warn({ workspaceId, error: String(error) }, 'retention: not deleted; trying again within the hour');
      }
    }
  }

  function schedule(ms: number): void {
    if (stopped) return;
    timer = setTimeout(() => {
      running = look().finally(() => schedule(EVERY_MS));
    }, ms);
    timer.unref();
  }

  return {
    look,
    start: () => schedule(FIRST_MS),
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await running;
    },
  };
}

function dayBefore(nowMs: number, days: number): string {
  return new Date(nowMs - days * DAY_MS).toISOString().slice(0, 10);
}
