import type { LoadGenerator } from '../load/start-generator.js';
import { createCpuClock } from '../process/proc.js';
import { sleep, waitUntil } from '../process/wait-until.js';
import type { Contender } from './contender.js';
import { sendTimed, type Timing } from './timed-send.js';

export interface Bill {
  /** Server and engine together, merges of the round included. */
  readonly cpuMicrosPerEvent: number;
  readonly serverMicrosPerEvent: number;
  readonly engineMicrosPerEvent: number;
}

export interface Round {
  readonly seed: number;
  readonly events: number;
  readonly eventsPerBatch: number;
  readonly gzip: boolean;
}

/** What a contender was sent so far; rounds of one contender share it, and each is checked to its last event. */
export interface Runner {
  readonly contender: Contender;
  sentEvents(): number;
  /** Sends a round that no bill is written for: what a process does only when it is new is not the price of an event. */
  warmUp(round: Round): Promise<void>;
  /** All bills so far. */
  billed(): { readonly events: number; readonly micros: number };
  /** Sends a round as fast as it is taken, and tells what it cost. */
  bill(round: Round): Promise<Bill>;
  /** Sends a round, looking all the while; as fast as it is taken when no rate is told. */
  time(round: Round, eventsPerSecond?: number): Promise<Timing>;
  /** Until merges of what was sent have ended. */
  rest(): Promise<void>;
}

const DEVICES = 2_000;
const CONNECTIONS = 16;
const QUERYABLE_WITHIN_MS = 300_000;
const POLL_MS = 50;
/** Merges of the round's parts are part of its price; they are over when the engine uses next to nothing. */
const QUIET_MICROS = 10_000;
const QUIET_LOOK_MS = 300;
const QUIET_WITHIN_MS = 10_000;

export function createRunner(contender: Contender, generator: LoadGenerator): Runner {
  const { url, writeKey, serverPid, enginePid } = contender;
  const cpuMicros = createCpuClock();
  let sent = 0;
  let billed = { events: 0, micros: 0 };

  async function prepare({ seed, events, eventsPerBatch, gzip }: Round): Promise<void> {
    await generator.prepare({ seed, events, eventsPerBatch, devices: DEVICES, gzip });
  }

  async function untilQuiet(): Promise<void> {
    let before = cpuMicros(enginePid);
    const isQuiet = async () => {
      await sleep(QUIET_LOOK_MS);
      const used = cpuMicros(enginePid) - before;
      before += used;
      return used <= QUIET_MICROS;
    };
    await waitUntil(isQuiet, QUIET_WITHIN_MS, 0);
  }

  /** Ends when the merges of the round do. */
  async function sendPrepared(events: number): Promise<void> {
    await generator.send({ url, writeKey, connections: CONNECTIONS });
    sent += events;
    await untilLoaded(contender, sent, POLL_MS);
    await untilQuiet();
  }

  return {
    contender,
    sentEvents: () => sent,
    async warmUp(round) {
      await prepare(round);
      await sendPrepared(round.events);
    },
    billed: () => billed,
    async bill(round) {
      const { events } = round;
      await Promise.all([prepare(round), untilQuiet()]);
      const serverBefore = cpuMicros(serverPid);
      const engineBefore = cpuMicros(enginePid);
      await sendPrepared(events);
      const serverMicrosPerEvent = (cpuMicros(serverPid) - serverBefore) / events;
      const engineMicrosPerEvent = (cpuMicros(enginePid) - engineBefore) / events;
      const cpuMicrosPerEvent = serverMicrosPerEvent + engineMicrosPerEvent;
      billed = { events: billed.events + events, micros: billed.micros + cpuMicrosPerEvent * events };
      return {
        cpuMicrosPerEvent,
        serverMicrosPerEvent,
        engineMicrosPerEvent,
      };
    },
    async time(round, eventsPerSecond) {
      await prepare(round);
      const pace = eventsPerSecond === undefined ? {} : { eventsPerSecond };
      const send = () => generator.send({ url, writeKey, connections: CONNECTIONS, ...pace });
      const timing = await sendTimed(contender, send, sent, round.events);
      sent += round.events;
      return timing;
    },
    rest: untilQuiet,
  };
}

/** @throws when they are not all there after five minutes. */
async function untilLoaded(contender: Contender, expectedRows: number, everyMs: number): Promise<void> {
  const isLoaded = async () => (await contender.loadedRows()) >= expectedRows;
  if ((await waitUntil(isLoaded, QUERYABLE_WITHIN_MS, everyMs)) !== undefined) return;
  const seconds = QUERYABLE_WITHIN_MS / 1_000;
  throw new Error(`${contender.name}: not all of ${expectedRows} events were in the store after ${seconds} s`);
}
