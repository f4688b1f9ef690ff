import {
  addToVelocity,
  emptyVelocity,
  readVelocity,
  type VelocityEvent,
  type VelocityState,
  velocityAct,
} from '@tidemark/analytics/features';
import { createRandom, type Random } from '../load/random.js';
import { median } from '../median.js';

export interface VelocityFigures {
  readonly velocityEvents: number;
  /** CPU time of one event for the three subjects it is of. */
  readonly velocityMicrosPerEvent: number;
  /** All features of one subject. */
  readonly velocityMicrosPerRead: number;
  /** A subject with an ordinary day: some twenty events. */
  readonly velocityBytesPerSubject: number;
}

const NOW_MS = Date.UTC(2026, 2, 1);
const SUBJECTS = 10_000;

/** Batches of ten events of many people over a day, as a collector would be sent them. */
export function measureVelocity({ events, runs }: { readonly events: number; readonly runs: number }): VelocityFigures {
  const [perEvent, perRead]: [number[], number[]] = [[], []];
  let bytes = 0;
  for (let run = 0; run < runs; run++) {
    const batches = makeBatches(createRandom(run + 1), events / 10);
    global.gc?.();
    const heapBefore = process.memoryUsage().heapUsed;
    const states = new Map<string, VelocityState>();
    const before = process.cpuUsage();
    for (const batch of batches) {
      const acts = batch.map(velocityAct);
      const nowMs = batch.at(-1)?.receivedAtMs ?? NOW_MS;
      const first = batch[0];
      for (const id of [`v${first?.queueId}`, `u${first?.userId}`, `d${first?.queueId}`]) {
        const state = states.get(id) ?? emptyVelocity();
        states.set(id, state);
        addToVelocity(state, acts, nowMs);
      }
    }
    perEvent.push(microsSince(before) / events);
    global.gc?.();
    bytes = (process.memoryUsage().heapUsed - heapBefore) / states.size;
    const beforeReads = process.cpuUsage();
    let read = 0;
    for (const state of states.values()) read += readVelocity(state, NOW_MS).size > 0 ? 1 : 0;
    perRead.push(microsSince(beforeReads) / read);
  }
  return {
    velocityEvents: events,
    velocityMicrosPerEvent: round(median(perEvent)),
    velocityMicrosPerRead: round(median(perRead)),
    velocityBytesPerSubject: Math.round(bytes),
  };
}

function makeBatches(random: Random, count: number): VelocityEvent[][] {
  return Array.from({ length: count }, (_, batch) => {
    const person = Math.floor(random() * SUBJECTS);
    const startMs = NOW_MS - 86_400_000 + (batch / count) * 86_400_000;
    return Array.from({ length: 10 }, (_, i): VelocityEvent => {
      const kind = random();
      const occurredAtMs = startMs + i * 700;
      return {
        eventId: `${batch}-${i}`,
        type: kind < 0.5 ? 'page_view' : kind < 0.9 ? 'click' : 'order',
        occurredAtMs,
        receivedAtMs: startMs + 10_000,
        seq: i + 1,
        queueId: String(person),
        sessionId: `s${batch}`,
        userId: String(person),
        ipPrefix: '10.0.0.0/24',
        orderId: kind < 0.9 ? '' : `o${batch}-${i}`,
        phase: kind < 0.9 ? '' : 'placed',
        shares: 100,
        price: 1.25,
        currency: kind < 0.9 ? '' : 'CNY',
      };
    });
  });
}

function microsSince(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before);
  return user + system;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
