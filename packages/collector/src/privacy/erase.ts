import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ErasureCertificate, Suppression } from '@tidemark/protocol';
import { TidemarkError } from '../observe/errors.js';
import type { StoreConnection } from '../store/connect.js';
import { type ErasedRows, eraseSubject } from '../store/privacy/erase-subject.js';

export interface EraseOptions {
  readonly store: StoreConnection;
  readonly suppressions: { add(workspaceId: string, id: string): Promise<Suppression> };
  /** Ids under which they may stand in the tables, the one as it is named last. */
  readonly formsOf: (workspaceId: string, id: string) => readonly string[];
  /** What waits to be loaded. */
  readonly waiting: {
    /** Rows of the subject among them. */
    count(id: string): Promise<number>;
    /** Resolves when all that was accepted before is in the store. @throws {TidemarkError} `store_refused` after so long. */
    drain(withinMs: number): Promise<void>;
    /** Files that a damaged disk left, which nobody can read row by row. */
    damagedSegments(): Promise<number>;
  };
  /** Forgets what is kept to be shown; tells how many events. */
  readonly forgetLive: (workspaceId: string, id: string) => number;
  /** Forgets what detectors learnt of it and the flags about it, all but the rows in the store. */
  readonly forgetFlags: (workspaceId: string, id: string) => Promise<void>;
  readonly livingOthers: () => number;
  /** Has all loads stand still; undefined when they did not come to. */
  readonly hold: <T>(
    work: () => Promise<T>,
    withinMs: number,
  ) => Promise<{ readonly result: T; readonly held: boolean } | undefined>;
  readonly now: () => number;
}

/** A full WAL of a short outage is loaded in less; after a long one the erasure is asked for again. */
const DRAIN_WITHIN_MS = 60_000;
const HOLD_WITHIN_MS = 15_000;
/** The others hear of a suppression within two seconds, and load what they had within one more unless they have a backlog. */
const OTHERS_HEAR_MS = 5_000;

/**
 * Erases one visitor or user: from now on its events are refused; what was accepted before is loaded, then deleted from every
 * table, and what it was counted in is counted anew. Asked for again after a failure it goes on, and when nothing is left
 * it says so.
 *
 * @param certificateId - a UUID of its own.
 * @throws {TidemarkError} `store_refused`; the suppression holds by then.
 */
export async function erase(
  options: EraseOptions,
  workspaceId: string,
  id: string,
  certificateId: string,
): Promise<ErasureCertificate> {
  const startedMs = options.now();
  const forms = options.formsOf(workspaceId, id);
  // The id itself, too: a backup of before may know no salt, and then no pseudonym.
  for (const form of forms.slice(0, -1)) await options.suppressions.add(workspaceId, form);
  const { keyId, hmac, sinceMs } = await options.suppressions.add(workspaceId, id);
  let walRows = 0;
  for (const form of forms) walRows += await options.waiting.count(form);
  await options.waiting.drain(DRAIN_WITHIN_MS);
  const liveEvents = forms.reduce((events, form) => events + options.forgetLive(workspaceId, form), 0);
  for (const form of forms) await options.forgetFlags(workspaceId, form);
  const others = options.livingOthers();
  if (others > 0) await sleep(OTHERS_HEAR_MS);
  const outcome = await options.hold(
    () => eraseForms(options.store, workspaceId, forms, certificateId),
    HOLD_WITHIN_MS,
  );
  if (!outcome?.held) {
    throw new TidemarkError(
      'store_refused',
      'the other collectors did not stand still for it; erase again in a moment',
    );
  }
  const damaged = await options.waiting.damagedSegments();
  const { notRecounted, ...erased } = outcome.result;
  return {
    certificateId,
    workspaceId,
    erasedAt: options.now(),
    suppression: { keyId, hmac, sinceMs },
    walRows,
    ...erased,
    liveEvents,
    remaining: 0,
    notCovered: notCovered(damaged, others, notRecounted),
    tookMs: options.now() - startedMs,
  };
}

/** The certificate's own id is that of the last: groups that are noted for one id are not noted for another. */
async function eraseForms(
  store: StoreConnection,
  workspaceId: string,
  forms: readonly string[],
  certificateId: string,
): Promise<ErasedRows> {
  let erased: ErasedRows = { deleted: {}, recounted: {}, days: [], notRecounted: [] };
  for (const form of forms) {
    const eraseId = form === forms.at(-1) ? certificateId : randomUUID();
    const { deleted, recounted, days, notRecounted } = await eraseSubject(store, workspaceId, form, eraseId);
    erased = {
      deleted: added(erased.deleted, deleted),
      recounted: added(erased.recounted, recounted),
      days: together(erased.days, days),
      notRecounted: together(erased.notRecounted, notRecounted),
    };
  }
  return erased;
}

const together = (days: readonly string[], others: readonly string[]) => [...new Set([...days, ...others])].sort();

function added(to: ErasedRows['deleted'], counts: ErasedRows['deleted']): ErasedRows['deleted'] {
  const sums = { ...to };
  for (const [table, rows] of Object.entries(counts)) sums[table] = (sums[table] ?? 0) + rows;
  return sums;
}

function notCovered(damagedSegments: number, otherCollectors: number, notRecounted: readonly string[]): string[] {
  const gaps = ['ids that the app wrote into addresses, titles or other free text', 'backups made before'];
  if (damagedSegments > 0) gaps.push(`${damagedSegments} damaged WAL segments that were set aside`);
  if (otherCollectors > 0) {
    gaps.push(`the WAL of ${otherCollectors} other collectors: erase again when their tidemark_wal_segments is 0`);
  }
  if (notRecounted.length > 0) {
    gaps.push(
      `sums and dwells without any id of ${notRecounted.length} days whose events are gone by their age, ${notRecounted[0]} to ${notRecounted.at(-1)}: they still count what it did`,
    );
  }
  return gaps;
}
