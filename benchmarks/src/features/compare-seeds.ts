import type { Measure } from '@tidemark/analytics/stats';
import type { FeatureParts, Store } from './collector-parts.js';
import { type Comparison, compareSet } from './compare-sets.js';
import { type GeneratedSet, generateSet } from './generate-events.js';
import { storeRowOf } from './store-row.js';

export interface SeedFigures {
  readonly differentialSeeds: number;
  /** Seeds with a value or reason that differed. */
  readonly differentialFailures: number;
  readonly compared: number;
  readonly values: number;
}

/** Sets that are loaded together: a load costs the engine the same for one set as for twenty. */
const TOGETHER = 20;

/** Loads each seed's set into a workspace of its own, all in one store, and compares it. @param say - what differed. */
export async function compareSeeds(
  parts: FeatureParts,
  store: Store,
  seeds: number,
  say: (text: string) => void,
): Promise<SeedFigures> {
  const figures = { differentialSeeds: seeds, differentialFailures: 0, compared: 0, values: 0 };
  for (let first = 1; first <= seeds; first += TOGETHER) {
    const count = Math.min(TOGETHER, seeds - first + 1);
    const sets = Array.from({ length: count }, (_, i) => generateSet(first + i));
    await loadSets(parts, store, sets);
    for (const set of sets) {
      const found = await compareWithStore(parts, store, set);
      figures.compared += found.compared;
      figures.values += found.values;
      if (found.differences.length > 0) figures.differentialFailures += 1;
      for (const difference of found.differences.slice(0, 5)) say(difference);
    }
    say(
      `${first + count - 1} seeds, ${figures.compared} values and reasons compared, ${figures.differentialFailures} seeds differ`,
    );
  }
  return figures;
}

/** The first loads of all sets in one insert, then the second ones, then the third with its copies. */
async function loadSets(parts: FeatureParts, store: Store, sets: readonly GeneratedSet[]): Promise<void> {
  const layout = parts.ROW_LAYOUTS[parts.EVENTS_STREAM];
  if (!layout) throw new Error('there is no layout of events');
  const loads = Math.max(...sets.map((set) => set.loads.length));
  for (let i = 0; i < loads; i++) {
    const encoder = parts.createRowEncoder();
    const rows = sets.flatMap(({ loads, workspaceId }) =>
      (loads[i] ?? []).map((event) => storeRowOf(event, workspaceId)),
    );
    const refusal = await parts.loadRows(
      store,
      layout,
      rows.map(({ batch, row }) => encoder.events(batch, [row])),
    );
    if (refusal) throw new Error(JSON.stringify(refusal));
  }
}

function compareWithStore(parts: FeatureParts, store: Store, set: GeneratedSet): Promise<Comparison> {
  return compareSet(
    {
      readPopulation: (moment) => parts.readPopulation(store, moment),
      async measure(moment, kind, population) {
        const subjects = new Map<string, ReadonlyMap<string, Measure>>();
        await parts.measureSubjects(store, { ...moment, kind, population }, ({ subject, definitions, measures }) => {
          const named = definitions.flatMap(({ name }, i) => (measures[i] ? [[name, measures[i]] as const] : []));
          subjects.set(subject, new Map(named));
        });
        return subjects;
      },
    },
    set,
  );
}
