import {
  createPopulation,
  distinctInOrder,
  type FeatureEvent,
  featuresOf,
  measureByOracle,
  type Population,
  type PopulationRows,
  populationRowsOf,
  SUBJECT_KINDS,
  type SubjectKind,
  subjectOf,
} from '@tidemark/analytics/features';
import type { Measure } from '@tidemark/analytics/stats';
import type { GeneratedSet } from './generate-events.js';

/** The store's side: what is compared. */
export interface StoreSide {
  readPopulation(set: Moment): Promise<PopulationRows>;
  measure(
    set: Moment,
    kind: SubjectKind,
    population: Population,
  ): Promise<ReadonlyMap<string, ReadonlyMap<string, Measure>>>;
}
export type Moment = Pick<GeneratedSet, 'workspaceId' | 'asOfMs' | 'utcOffsetMs'>;

export interface Comparison {
  /** Values or reasons that were compared. */
  readonly compared: number;
  /** Values among them. */
  readonly values: number;
  /** What differed, one sentence each. */
  readonly differences: readonly string[];
}

/** Sums over floats come in another order from the store; beyond this it is another number. */
const RELATIVE = 1e-9;

/**
 * All features of all subjects of all kinds, the store's against the oracle's. The population is compared first, as rows; each
 * side then goes on with its own.
 */
export async function compareSet(store: StoreSide, set: Moment & Pick<GeneratedSet, 'events'>): Promise<Comparison> {
  const known = distinctInOrder(set.events);
  const expectedRows = populationRowsOf(known, set);
  const storeRows = await store.readPopulation(set);
  const differences = compareRows(expectedRows, storeRows).map((what) => `${set.workspaceId}: population ${what}`);
  const [expectedPopulation, storePopulation] = [createPopulation(expectedRows), createPopulation(storeRows)];
  let [compared, values] = [0, 0];
  for (const kind of SUBJECT_KINDS) {
    const expected = subjectsOf(known, kind, set);
    const found = await store.measure(set, kind, storePopulation);
    for (const subject of found.keys()) {
      if (!expected.has(subject))
        differences.push(`${set.workspaceId}: the store has a ${kind} ${subject} that nobody is`);
    }
    for (const [subject, events] of expected) {
      const context = { ...set, subject, population: expectedPopulation };
      const oracle = measureByOracle(featuresOf(kind), events, context);
      for (const [name, want] of oracle) {
        const got = found.get(subject)?.get(name);
        compared += 1;
        if (want.kind === 'measured') values += 1;
        if (!same(want, got))
          differences.push(
            `${set.workspaceId}: ${kind} ${subject} ${name}: ${show(want)} by the oracle, ${show(got)} by the store`,
          );
      }
    }
  }
  return { compared, values, differences };
}

/** Subjects with an event in the days that are looked at, by id. */
function subjectsOf(events: readonly FeatureEvent[], kind: SubjectKind, { asOfMs, workspaceId }: Moment) {
  const subjects = new Map<string, FeatureEvent[]>();
  for (const event of events) {
    const ageMs = asOfMs - event.occurredAtMs;
    const id = kind === 'workspace' ? workspaceId : subjectOf(event, kind);
    if (id === undefined || ageMs < 0 || ageMs >= 365 * 86_400_000) continue;
    const own = subjects.get(id);
    if (own) own.push(event);
    else subjects.set(id, [event]);
  }
  return subjects;
}

function same(want: Measure, got: Measure | undefined): boolean {
  if (want.kind === 'absent' || got?.kind !== 'measured')
    return got?.kind === 'absent' && want.kind === 'absent' && got.reason === want.reason;
  return near(want.value, got.value);
}

function near(a: number, b: number): boolean {
  return Math.abs(a - b) <= RELATIVE * Math.max(1, Math.abs(a), Math.abs(b));
}

function show(one: Measure | undefined): string {
  if (!one) return 'nothing';
  return one.kind === 'measured' ? String(one.value) : `no value (${one.reason})`;
}

/** Rows without their order; numbers within rounding. */
function compareRows(expected: PopulationRows, found: PopulationRows): string[] {
  const parts = Object.keys(expected) as (keyof PopulationRows)[]; // its own keys
  return parts
    .filter((part) => canonical(part, expected[part]) !== canonical(part, found[part]))
    .map((part) => {
      return `${part}: ${canonical(part, expected[part]).slice(0, 300)} by the oracle, ${canonical(part, found[part]).slice(0, 300)} by the store`;
    });
}

function canonical(part: keyof PopulationRows, value: unknown): string {
  const rows = part === 'purchases' ? countAlike(value as PopulationRows['purchases']) : value; // the part tells
  const lists = part === 'recencyCuts' || part === 'frequencyCuts';
  if (!Array.isArray(rows) || lists) return JSON.stringify(rows, sorted);
  return JSON.stringify(rows.map((row) => JSON.stringify(row, sorted)).sort());
}

/** Keys in order, numbers cut to ten digits. */
function sorted(_key: string, value: unknown): unknown {
  if (typeof value === 'number') return Number(value.toPrecision(10));
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function countAlike(histories: PopulationRows['purchases']): PopulationRows['purchases'] {
  const counted = new Map<string, PopulationRows['purchases'][number]>();
  for (const one of histories) {
    const key = `${one.repeats} ${one.lastAt} ${one.observed}`;
    counted.set(key, { ...one, customers: (counted.get(key)?.customers ?? 0) + one.customers });
  }
  return [...counted.values()];
}
