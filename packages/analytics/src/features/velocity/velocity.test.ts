import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { generateSet } from '../../../../../benchmarks/src/features/generate-events.js';
import { seededRandom } from '../../stats/seeded-random.js';
import { featuresOf } from '../catalog.js';
import { type FeatureEvent, subjectOf } from '../event.js';
import { measureByOracle } from '../oracle.js';
import { createPopulation, NO_POPULATION_ROWS } from '../population.js';
import { LIVE_KINDS, type LiveKind } from '../velocity.js';
import { readVelocity } from './read-velocity.js';
import { addToVelocity, emptyVelocity, type VelocityState, velocityAct, velocityBytes } from './velocity-state.js';
import { VELOCITY_WINDOWS, windowStart } from './windows.js';

const population = createPopulation(NO_POPULATION_ROWS);
const HOUR_MS = 3_600_000;
const pattern = generateSet(1).events[0] as FeatureEvent; // a set has events

/** The last millisecond of a bucket of every length: there each window is just as long as its name says. */
const ALIGNED_MS = Date.UTC(2026, 2, 18, 6, 30) - 1;

function oracleOf(kind: LiveKind, events: readonly FeatureEvent[], asOfMs: number) {
  const definitions = featuresOf(kind).filter(({ freshness }) => freshness === 'velocity');
  return measureByOracle(definitions, events, { subject: '', asOfMs, utcOffsetMs: 0, population });
}

/** As they come: in any order, each when it was received. */
function feed(events: readonly FeatureEvent[], nowMs: (event: FeatureEvent) => number): VelocityState {
  const state = emptyVelocity();
  for (const event of events) addToVelocity(state, [velocityAct(event)], nowMs(event));
  return state;
}

function shuffled<T>(values: readonly T[], seed: number): T[] {
  const random = seededRandom(seed);
  return values
    .map((value) => ({ value, place: random() }))
    .toSorted((a, b) => a.place - b.place)
    .map(({ value }) => value);
}

function subjectsOf(events: readonly FeatureEvent[], kind: LiveKind): Map<string, FeatureEvent[]> {
  const subjects = new Map<string, FeatureEvent[]>();
  for (const event of events) {
    const id = subjectOf(event, kind);
    if (id !== undefined) subjects.set(id, [...(subjects.get(id) ?? []), event]);
  }
  return subjects;
}

/** A busy day of one user, made by seed: some 40 events an hour over 26 hours, bursts among them. */
function busyDay(seed: number, endMs: number): FeatureEvent[] {
  const random = seededRandom(seed);
  return Array.from({ length: 1_000 }, (_, i) => {
    const atMs = endMs - Math.floor(random() ** 2 * 26 * HOUR_MS);
    const kind = random();
    return {
      ...pattern,
      eventId: `e${i}`,
      type: kind < 0.4 ? 'page_view' : kind < 0.6 ? 'click' : 'order',
      phase: kind < 0.8 ? 'placed' : kind < 0.9 ? 'cancelled' : 'filled',
      orderId: `o${Math.floor(random() * 60)}`,
      shares: 100,
      price: 1.25,
      currency: 'CNY',
      occurredAtMs: atMs,
      receivedAtMs: atMs + Math.floor(random() * 60_000),
      sessionId: `s${Math.floor(atMs / HOUR_MS)}`,
      queueId: `q${Math.floor(random() * 3)}`,
      ipPrefix: `10.0.${Math.floor(random() * 4)}.0/24`,
      seq: i + 1,
    };
  });
}

describe('velocity in memory', () => {
  it('is what the oracle says for every subject of 12 seeds, whatever the order they came in', () => {
    let compared = 0;
    for (let seed = 1; seed <= 12; seed++) {
      // What is stamped ahead counts as of when it was received.
      const told = generateSet(seed).events.map((event) => ({ ...event, occurredAtMs: velocityAct(event).atMs }));
      const known = told.filter(({ occurredAtMs }) => occurredAtMs <= ALIGNED_MS);
      for (const kind of LIVE_KINDS) {
        for (const [subject, events] of subjectsOf(known, kind)) {
          const state = feed(shuffled(events, seed), () => ALIGNED_MS);
          const readings = readVelocity(state, ALIGNED_MS);
          for (const [name, want] of oracleOf(kind, events, ALIGNED_MS)) {
            const got = readings.get(name);
            if (want.kind === 'absent' && want.reason === 'no_events' && got?.measure.kind === 'measured') {
              expect(got.measure.value, `${seed} ${kind} ${subject} ${name}`).toBe(0); // all of it was longer ago
              continue;
            }
            compared += 1;
            if (want.kind === 'measured' && got?.measure.kind === 'measured') {
              expect(got.measure.value, `${seed} ${kind} ${subject} ${name}`).toBeCloseTo(want.value, 6);
            } else expect(got?.measure, `${seed} ${kind} ${subject} ${name}`).toEqual(want);
          }
        }
      }
    }
    expect(compared).toBeGreaterThan(10_000);
  });

  it('goes by the buckets that are whole at any other moment, as the clock goes on and late events come', () => {
    for (let seed = 1; seed <= 5; seed++) {
      const events = busyDay(seed, ALIGNED_MS);
      const arrivals = events.toSorted((a, b) => a.receivedAtMs - b.receivedAtMs);
      const state = feed(arrivals, ({ receivedAtMs }) => receivedAtMs);
      const asOfMs = Math.max(ALIGNED_MS, state.asOfMs) + 1_234 * seed;
      const readings = readVelocity(state, asOfMs);
      for (const window of VELOCITY_WINDOWS) {
        const sinceMs = windowStart(window, asOfMs);
        const inside = events.filter(({ occurredAtMs }) => occurredAtMs >= sinceMs && occurredAtMs <= asOfMs);
        expect(readings.get(`events_${window.name}`)).toEqual({
          measure: { kind: 'measured', value: inside.length },
          sinceMs,
          exact: true,
        });
        const placed = inside.filter(({ type, phase }) => type === 'order' && phase === 'placed');
        const orders = new Set(placed.map(({ orderId }) => orderId)).size;
        expect(readings.get(`orders_${window.name}`)?.measure).toEqual({ kind: 'measured', value: orders });
        const amount = readings.get(`order_amount_${window.name}`)?.measure;
        expect(amount?.kind === 'measured' && amount.value).toBeCloseTo(placed.length * 125, 6);
      }
    }
  });

  it('holds some 260 buckets however much happens, and comes back from JSON the same', () => {
    const state = emptyVelocity();
    for (let second = 0; second < 90_000; second += 10) {
      const occurredAtMs = ALIGNED_MS - 90_000_000 + second * 1_000;
      const event = { ...pattern, type: 'click', occurredAtMs, receivedAtMs: occurredAtMs };
      addToVelocity(state, [velocityAct(event)], occurredAtMs);
    }
    expect(state.buckets.length / 6).toBeLessThan(320);
    const back = JSON.parse(JSON.stringify(state)) as VelocityState;
    expect(readVelocity(back, ALIGNED_MS)).toEqual(readVelocity(state, ALIGNED_MS));
  });

  it.each([
    [1, 60],
    [40, 60],
    [125, 60],
    [300, 36_000],
  ])('tells what %i acts within %i s take in memory, to a quarter', (acts, seconds) => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const heap = () => {
      collect();
      return process.memoryUsage().heapUsed;
    };
    const [random, before] = [seededRandom(acts), heap()];
    // Megabytes in each case: what else is on the heap does not count beside them.
    const subjects = acts < 100 ? 4_000 : 1_000;
    const states = Array.from({ length: subjects }, (_, subject) => {
      const state = emptyVelocity();
      for (let act = 0; act < acts; act++) {
        const occurredAtMs = ALIGNED_MS + Math.floor(((act + random()) / acts) * seconds * 1_000);
        const ids = {
          queueId: `queue-of-${subject}`,
          sessionId: `session-of-${subject}`,
          eventId: `e-${subject}-${act}`,
        };
        const event = { ...pattern, ...ids, type: 'click', userId: '', occurredAtMs, receivedAtMs: occurredAtMs };
        addToVelocity(state, [velocityAct(event)], occurredAtMs);
      }
      return state;
    });
    const took = heap() - before;
    const told = states.reduce((total, state) => total + velocityBytes(state), 0);
    expect(Math.abs(told / took - 1), `${told / subjects} told, ${took / subjects} taken`).toBeLessThan(0.25);
  });

  it('says when there were more orders than it remembers, and which windows know them all', () => {
    const orders = Array.from({ length: 300 }, (_, i) => ({
      ...pattern,
      type: 'order',
      phase: 'placed',
      orderId: `o${i}`,
      occurredAtMs: ALIGNED_MS - (300 - i) * 1_000,
      receivedAtMs: ALIGNED_MS,
    }));
    const readings = readVelocity(
      feed(orders, () => ALIGNED_MS),
      ALIGNED_MS,
    );
    expect(readings.get('orders_1m')).toMatchObject({ measure: { value: 59 }, exact: true });
    expect(readings.get('orders_10m')).toMatchObject({ measure: { value: 128 }, exact: false });
    expect(readings.get('events_10m')).toMatchObject({ measure: { value: 300 }, exact: true });
  });

  it('takes what a device stamped ahead for what was received now, and leaves out what is over a day late', () => {
    const event = { ...pattern, type: 'click', receivedAtMs: ALIGNED_MS };
    const state = feed(
      [
        { ...event, occurredAtMs: ALIGNED_MS + 5 * HOUR_MS },
        { ...event, occurredAtMs: ALIGNED_MS - 25 * HOUR_MS },
        { ...event, occurredAtMs: Number.NaN },
      ],
      () => ALIGNED_MS,
    );
    expect(state.lateEvents).toBe(2);
    expect(readVelocity(state, ALIGNED_MS).get('clicks_1m')).toMatchObject({ measure: { value: 1 } });
  });
});
