import {
  addToVelocity,
  emptyVelocity,
  LIVE_KINDS,
  type LiveKind,
  readVelocity,
  VELOCITY_SPAN_MS,
  VELOCITY_WINDOWS,
  type VelocityAct,
  type VelocityEvent,
  type VelocityReading,
  type VelocityState,
  velocityAct,
  velocityBytes,
  windowStart,
} from '@tidemark/analytics/features';
import type { EpochMs } from '@tidemark/protocol';
import { type LiveFeatureBatch, type LiveSubjects, liveActs } from './live-acts.js';

/** What is known of a subject's last 24 hours at this moment. */
export interface LiveReading {
  readonly asOfMs: EpochMs;
  /** By their names in the catalog. Where `exact` is false the number is a lower bound, and the store knows better. */
  readonly features: ReadonlyMap<string, VelocityReading>;
  /** Events that were over 24 hours old when they came; they are in no window. */
  readonly lateEvents: number;
}

/**
 * The last minutes and hours of the subjects of all workspaces, in memory, a few milliseconds behind what was accepted. What
 * decides by them reads `get`; what wants more reads the store.
 */
export interface LiveFeatures {
  /** Takes durable events in after the work under way: who publishes never waits for it. */
  publish(batch: LiveFeatureBatch): void;
  /**
   * @param asOfMs - the collector's clock.
   * @returns undefined when nothing of the last 24 hours is known of such a subject; there may be some in the store.
   */
  get(workspaceId: string, kind: LiveKind, id: string, asOfMs: EpochMs): LiveReading | undefined;
  /** Whether all of the 24 hours before a moment is known: then of whom `get` knows nothing did nothing. */
  isWhole(asOfMs: EpochMs): boolean;
  /**
   * Takes in what was accepted before this process began. Until it has ended, windows that reach further back are lower bounds.
   *
   * @param read - hands over every event of the last 24 hours that was received before `startedMs`, each once.
   */
  rebuild(startedMs: EpochMs, read: (each: (events: RestoredEvents) => void) => Promise<void>): Promise<number>;
  /** Forgets a subject, and what others share with it, which the store then answers for. */
  forget(workspaceId: string, id: string): void;
  /** Resolves when all that was published before is taken in. */
  settled(): Promise<void>;
  figures(): LiveFigures;
}

/** Some events of the same subjects. */
export interface RestoredEvents {
  readonly workspaceId: string;
  readonly subjects: LiveSubjects;
  readonly events: readonly VelocityEvent[];
}

export interface LiveFigures {
  readonly subjects: number;
  /** What they take in memory, about. */
  readonly bytes: number;
  /** Subjects that made room for others. */
  readonly evicted: number;
  readonly events: number;
  readonly lateEvents: number;
  /** Published and not taken in yet. */
  readonly waiting: number;
}

export interface LiveFeaturesOptions {
  /** What subjects of all kinds and workspaces may take in memory; beyond it the one longest without an event is forgotten. */
  readonly bytesMax: number;
  readonly now: () => EpochMs;
  /** Runs work when the answers under way are out. */
  readonly defer: (work: () => void) => void;
  /** Whether all events come by way of this process; with other collectors before the store each number is a lower bound. */
  readonly isAlone: () => boolean;
  /** Told of each batch that the features count by now; must not throw. */
  readonly onCounted?: (batch: LiveFeatureBatch) => void;
  /** Told how long after publishing a batch was taken in. */
  readonly onTaken?: (afterMs: number) => void;
}

interface Entry {
  readonly state: VelocityState;
  /** From when on all is known of it. */
  knownSinceMs: EpochMs;
  lastMs: EpochMs;
  /** What the state takes in memory, about. */
  bytes: number;
}

const [, , , DAY] = VELOCITY_WINDOWS;
/** Events of one turn: some 10 ms, after which answers under way come first again. */
const TURN_EVENTS = 2_000;
/** Of an entry without its state: its key, its place in the map, itself. */
const ENTRY_BYTES = 300;

export function createLiveFeatures(options: LiveFeaturesOptions): LiveFeatures {
  const { now, bytesMax } = options;
  /** Longest without an event first. */
  const entries = new Map<string, Entry>();
  /** Who was forgotten since the start: what is rebuilt must not bring them back. */
  const forgotten = new Set<string>();
  let waiting: { readonly batch: LiveFeatureBatch; readonly atMs: number }[] = [];
  let waitingEvents = 0;
  let turnDue = false;
  let onSettled: (() => void)[] = [];
  /** Nothing is missing from here on, but for those who were evicted. */
  let coveredSinceMs = now();
  /** Last event of the latest who was evicted: all that is known of somebody new is known from then on. */
  let evictedUpToMs = 0;
  let bytes = 0;
  const totals = { evicted: 0, events: 0, lateEvents: 0 };

  function entryOf(key: string): Entry {
    const known = entries.get(key);
    if (known) entries.delete(key); // and put back behind all others
    const entry = known ?? newEntry(evictedUpToMs, 0);
    entries.set(key, entry);
    return entry;
  }

  function newEntry(knownSinceMs: EpochMs, lastMs: EpochMs): Entry {
    return { state: emptyVelocity(), knownSinceMs, lastMs, bytes: 0 };
  }

  function weigh(entry: Entry): void {
    const before = entry.bytes;
    entry.bytes = ENTRY_BYTES + velocityBytes(entry.state);
    bytes += entry.bytes - before;
  }

  function remove(key: string): void {
    bytes -= entries.get(key)?.bytes ?? 0;
    entries.delete(key);
  }

  /** Who did nothing for a day is in no window; beyond that, who is longest without an event makes room for others. */
  function makeRoom(nowMs: EpochMs): void {
    for (const [key, { lastMs }] of entries) {
      const isOver = bytes > bytesMax && entries.size > 1;
      if (!isOver && lastMs > nowMs - VELOCITY_SPAN_MS) return;
      remove(key);
      if (!isOver) continue;
      evictedUpToMs = Math.max(evictedUpToMs, lastMs + 1);
      totals.evicted += 1;
    }
  }

  function take(workspaceId: string, subjects: LiveSubjects, acts: readonly VelocityAct[], nowMs: EpochMs): void {
    const lastMs = acts.reduce((last, { atMs }) => Math.max(last, atMs), 0);
    for (const kind of LIVE_KINDS) {
      if (subjects[kind] === '') continue;
      const entry = entryOf(keyOf(workspaceId, kind, subjects[kind]));
      addToVelocity(entry.state, acts, nowMs);
      entry.lastMs = Math.max(entry.lastMs, lastMs);
      weigh(entry);
    }
    makeRoom(nowMs);
    totals.events += acts.length;
    for (const { atMs } of acts) if (!(atMs >= windowStart(DAY, nowMs))) totals.lateEvents += 1;
  }

  function isForgotten(workspaceId: string, subjects: LiveSubjects): boolean {
    return LIVE_KINDS.some((kind) => forgotten.has(forgottenKey(workspaceId, subjects[kind])));
  }

  function takeWaiting(events: number): void {
    let left = events;
    let taken = 0;
    for (const { batch, atMs } of waiting) {
      if (left <= 0) break;
      const nowMs = now();
      const { subjects, events: told } = liveActs(batch);
      take(batch.batch.workspaceId, subjects, told.map(velocityAct), nowMs);
      options.onCounted?.(batch);
      options.onTaken?.(Math.max(0, nowMs - atMs));
      left -= batch.rows.length;
      waitingEvents -= batch.rows.length;
      taken += 1;
    }
    waiting = waiting.slice(taken);
  }

  function turn(): void {
    turnDue = false;
    takeWaiting(TURN_EVENTS);
    if (waiting.length > 0) {
      nextTurn();
      return;
    }
    const settled = onSettled;
    onSettled = [];
    for (const tell of settled) tell();
  }

  function nextTurn(): void {
    if (turnDue) return;
    turnDue = true;
    options.defer(turn);
  }

  return {
    publish(batch) {
      waiting.push({ batch, atMs: now() });
      waitingEvents += batch.rows.length;
      nextTurn();
    },
    get(workspaceId, kind, id, asOfMs) {
      const entry = entries.get(keyOf(workspaceId, kind, id));
      if (!entry || entry.lastMs <= asOfMs - VELOCITY_SPAN_MS) return undefined;
      const { state } = entry;
      const isAlone = options.isAlone();
      const knownSinceMs = Math.max(coveredSinceMs, entry.knownSinceMs);
      const features = new Map<string, VelocityReading>();
      for (const [name, reading] of readVelocity(state, asOfMs)) {
        features.set(name, isAlone && reading.sinceMs >= knownSinceMs ? reading : { ...reading, exact: false });
      }
      return { asOfMs: Math.max(asOfMs, state.asOfMs), features, lateEvents: state.lateEvents };
    },
    isWhole: (asOfMs) => options.isAlone() && Math.max(coveredSinceMs, evictedUpToMs) <= asOfMs - VELOCITY_SPAN_MS,
    async rebuild(startedMs, read) {
      let count = 0;
      await read(({ workspaceId, subjects, events }) => {
        count += events.length;
        const nowMs = now();
        const earliestMs = windowStart(DAY, nowMs);
        // The others were in time when they came, and are in no window any longer.
        const acts = events.map(velocityAct).filter(({ atMs }) => atMs >= earliestMs);
        if (acts.length === 0 || (forgotten.size > 0 && isForgotten(workspaceId, subjects))) return;
        take(workspaceId, subjects, acts, nowMs);
      });
      coveredSinceMs = startedMs - VELOCITY_SPAN_MS;
      return count;
    },
    forget(workspaceId, id) {
      takeWaiting(Number.POSITIVE_INFINITY);
      forgotten.add(forgottenKey(workspaceId, id));
      const own = LIVE_KINDS.map((kind) => keyOf(workspaceId, kind, id));
      const devices = new Set(own.flatMap((key) => entries.get(key)?.state.devices.ids ?? []));
      for (const key of own) remove(key);
      // Others on the same devices counted the same events; whoever they are, the store knows what is left of them.
      for (const [key, { state, bytes: ownBytes }] of entries) {
        if (!key.startsWith(`${workspaceId}\n`)) continue;
        if (!state.users.ids.includes(id) && !state.devices.ids.some((device) => devices.has(device))) continue;
        bytes -= ownBytes;
        entries.set(key, newEntry(now(), now()));
      }
    },
    settled() {
      if (waiting.length === 0) return Promise.resolve();
      return new Promise((resolve) => onSettled.push(resolve));
    },
    figures: () => ({ subjects: entries.size, bytes, ...totals, waiting: waitingEvents }),
  };
}

function keyOf(workspaceId: string, kind: LiveKind, id: string): string {
  return `${workspaceId}\n${kind}\n${id}`;
}

function forgottenKey(workspaceId: string, id: string): string {
  return `${workspaceId}\n${id}`;
}
