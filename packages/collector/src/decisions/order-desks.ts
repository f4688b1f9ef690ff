import { createOrderDesk, type DeskEvent, type MarketHours, type OrderDesk } from '@tidemark/analytics/scores';
import type { EpochMs, Order } from '@tidemark/protocol';
import { TidemarkError } from '../observe/errors.js';
import type { Logger } from '../observe/logger.js';
import type { DeskEventRow } from '../store/decisions/desk-events.js';
import type { UserDeeds } from '../store/decisions/user-deeds.js';
import { type DeskBatch, deskEventOfRow, deskEventsOf } from './desk-event.js';

/** The desks of all workspaces: what is known of orders as of now, in memory. */
export interface OrderDesks {
  /** Takes in what was just accepted. @param onPlaced - told of each order that is placed, before it is taken in itself. */
  publish(batch: DeskBatch, onPlaced?: (order: Order) => void): void;
  /**
   * What is known, at once. What is not is asked of the store behind, and is there on one of the next calls.
   *
   * @param atOnce - so many histories of a workspace are read at once; what would be one more waits to be asked for again.
   * @returns why it is not all there yet.
   */
  look(
    workspaceId: string,
    userId: string,
    atOnce?: number,
  ): { readonly desk: OrderDesk; readonly missing: Missing | undefined };
  /** When the newest event of a workspace was taken in; undefined for none yet. */
  newestMs(workspaceId: string): EpochMs | undefined;
  forget(workspaceId: string, userId: string): void;
  /** Resolves when nothing is being asked of the store any more. */
  settled(): Promise<void>;
  /** The same, and waits for no load. */
  close(): Promise<void>;
  users(): number;
  /** Events in memory until the store has told of those before them. */
  waiting(): number;
  /** Events since the start that there was no room for: they are read from the store. */
  passedOver(): number;
}

/**
 * `market`: open orders and crowds of before this process began are on their way; `customer`: the own history is; `recent`: the
 * last 24 hours of the customer are, or other collectors count, too.
 */
export type Missing = 'market' | 'customer' | 'recent';

export interface OrderDesksOptions {
  readonly hours: MarketHours;
  readonly readEvents: (workspaceId: string, afterMs: EpochMs) => Promise<readonly DeskEventRow[]>;
  readonly readDeeds: (workspaceId: string, userId: string) => Promise<UserDeeds>;
  readonly storeReady: () => boolean;
  /** Resolves when all that was accepted before is in the store; rejects when the signal is aborted. */
  readonly drained: (signal: AbortSignal) => Promise<void>;
  /** So many events of all workspaces wait in memory at most. */
  readonly waitingMax?: number;
  readonly logger: Pick<Logger, 'warn'>;
  readonly now: () => EpochMs;
}

interface WorkspaceDesk {
  readonly desk: OrderDesk;
  /** Users whose history is in; who was asked about longest ago leaves first. */
  readonly complete: Set<string>;
  readonly asked: Set<string>;
  state: 'cold' | 'warming' | 'warm';
  /** What came while the store was asked, or away. */
  waiting: DeskEvent[];
  /** Events that there was no room for, and how many of them the store has for certain: it is asked when it has all. */
  passedOver: number;
  stored: number;
  /** Users who were asked about meanwhile: their histories are read next. */
  readonly early: Set<string>;
  newestMs: EpochMs | undefined;
}

/** Deeds are some 100 bytes each. */
export const USERS_MAX = 200_000;
/** Orders are good for their trade day, and ten days is the longest holiday. */
const WARM_UP_MS = 14 * 86_400_000;
/** Of all workspaces, some 400 bytes each. What waits no longer is read from the store, when that is there again. */
export const WAITING_MAX = 50_000;
/** More users than this are not asked about at once: the store has other things to do. */
const ASKED_MAX = 64;

export function createOrderDesks(options: OrderDesksOptions): OrderDesks {
  const { hours, readEvents, readDeeds, storeReady, drained, logger, now, waitingMax = WAITING_MAX } = options;
  const desks = new Map<string, WorkspaceDesk>();
  const underWay = new Set<Promise<void>>();
  const closing = new AbortController();
  let waitingCount = 0;

  function deskOf(workspaceId: string): WorkspaceDesk {
    let one = desks.get(workspaceId);
    if (!one) {
      const desk = createOrderDesk(hours, { users: USERS_MAX });
      one = {
        desk,
        complete: new Set(),
        asked: new Set(),
        state: 'cold',
        waiting: [],
        passedOver: 0,
        stored: 0,
        early: new Set(),
        newestMs: undefined,
      };
      desks.set(workspaceId, one);
    }
    return one;
  }

  /** One workspace that fills all the room makes way for the others: what it held is read from the store with the rest. */
  function wait(one: WorkspaceDesk, event: DeskEvent): void {
    if (waitingCount >= waitingMax) letGo();
    one.waiting.push(event);
    waitingCount++;
  }

  function letGo(): void {
    const fullest = [...desks.values()].reduce((most, one) => (one.waiting.length > most.waiting.length ? one : most));
    waitingCount -= fullest.waiting.length;
    fullest.passedOver += fullest.waiting.length;
    fullest.waiting = [];
  }

  /** Behind whoever asked: a store that fails leaves things as they are, to be asked again. */
  function behind(work: Promise<void>, otherwise: () => void): void {
    const guarded = work
      .catch((error: unknown) => {
        otherwise();
        logger.warn({ error: String(error) }, 'what decisions need could not be read; it is asked for again');
      })
      .finally(() => underWay.delete(guarded));
    underWay.add(guarded);
  }

  async function warmUp(workspaceId: string, one: WorkspaceDesk): Promise<void> {
    const { passedOver } = one;
    if (passedOver > one.stored) {
      await drained(closing.signal);
      one.stored = passedOver;
    }
    const rows = await readEvents(workspaceId, now() - WARM_UP_MS);
    if (one.passedOver > one.stored) throw new TidemarkError('store_refused', 'more came meanwhile than can wait');
    const stored = new Set(rows.map(({ eventId }) => eventId));
    for (const row of rows) one.desk.note(deskEventOfRow(row));
    for (const event of one.waiting) if (!stored.has(event.eventId)) one.desk.note(event);
    waitingCount -= one.waiting.length;
    one.waiting = [];
    one.state = 'warm';
    for (const userId of one.early) askFor(workspaceId, userId, one);
    one.early.clear();
  }

  function askFor(workspaceId: string, userId: string, one: WorkspaceDesk): void {
    one.asked.add(userId);
    behind(recall(workspaceId, userId, one), () => one.asked.delete(userId));
  }

  async function recall(workspaceId: string, userId: string, one: WorkspaceDesk): Promise<void> {
    one.desk.recall(userId, await readDeeds(workspaceId, userId));
    one.complete.add(userId);
    if (one.complete.size > USERS_MAX) one.complete.delete(one.complete.keys().next().value as string); // not empty
    one.asked.delete(userId);
  }

  async function settled(): Promise<void> {
    while (underWay.size > 0) await Promise.all(underWay);
  }

  return {
    publish(batch, onPlaced) {
      const events = deskEventsOf(batch);
      if (events.length === 0) return;
      const one = deskOf(batch.batch.workspaceId);
      one.newestMs = batch.batch.receivedAt;
      for (const event of events) {
        if (onPlaced && event.type === 'order' && event.phase === 'placed') onPlaced(event);
        if (one.state === 'warm') one.desk.note(event);
        else wait(one, event);
      }
      if (one.state === 'cold') begin(batch.batch.workspaceId, one);
    },
    look(workspaceId, userId, atOnce = ASKED_MAX) {
      const one = deskOf(workspaceId);
      if (one.state !== 'warm') {
        if (one.early.size < atOnce) one.early.add(userId);
        if (one.state === 'cold') begin(workspaceId, one);
        return { desk: one.desk, missing: 'market' };
      }
      if (one.complete.has(userId) && one.desk.knows(userId)) return { desk: one.desk, missing: undefined };
      if (!one.asked.has(userId) && one.asked.size < atOnce && storeReady()) {
        askFor(workspaceId, userId, one);
      }
      return { desk: one.desk, missing: 'customer' };
    },
    newestMs: (workspaceId) => desks.get(workspaceId)?.newestMs,
    forget(workspaceId, userId) {
      const one = desks.get(workspaceId);
      if (!one) return;
      one.desk.forget(userId);
      one.complete.delete(userId);
      const others = one.waiting.filter((event) => !('userId' in event && event.userId === userId));
      waitingCount -= one.waiting.length - others.length;
      one.waiting = others;
    },
    settled,
    close() {
      closing.abort();
      return settled();
    },
    users: () => [...desks.values()].reduce((sum, { desk }) => sum + desk.users(), 0),
    waiting: () => waitingCount,
    passedOver: () => [...desks.values()].reduce((sum, one) => sum + one.passedOver, 0),
  };

  function begin(workspaceId: string, one: WorkspaceDesk): void {
    if (!storeReady()) return; // what waits meanwhile is all there is
    one.state = 'warming';
    behind(warmUp(workspaceId, one), () => {
      one.state = 'cold';
    });
  }
}
