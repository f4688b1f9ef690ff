import type { Measure } from '@tidemark/analytics/stats';
import type { FeatureParts, Store } from './collector-parts.js';
import { compareSet } from './compare-sets.js';
import { generateSet } from './generate-events.js';
import { storeRowOf } from './store-row.js';

export interface SeedFigures {
  readonly differentialSeeds: number;
  /** Seeds with a value or reason that differed. */
  readonly differentialFailures: number;
  readonly compared: number;
  readonly values: number;
}

/** Loads each seed's set into a workspace of its own, all in one store, and compares it. @param say - what differed. */
export async function compareSeeds(
  parts: FeatureParts,
  store: Store,
  seeds: number,
  say: (text: string) => void,
): Promise<SeedFigures> {
  const figures = { differentialSeeds: seeds, differentialFailures: 0, compared: 0, values: 0 };
  const layout = parts.ROW_LAYOUTS[parts.EVENTS_STREAM];
  if (!layout) throw new Error('there is no layout of events');
  for (let seed = 1; seed <= seeds; seed++) {
    const set = generateSet(seed);
    for (const load of set.loads) {
      const encoder = parts.createRowEncoder();
      const rows = load.map((event) => storeRowOf(event, set.workspaceId));
      const refusal = await parts.loadRows(
        store,
        layout,
        rows.map(({ batch, row }) => encoder.events(batch, [row])),
      );
      if (refusal) throw new Error(`seed ${seed}: ${JSON.stringify(refusal)}`);
    }
    const found = await compareSet(
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
    figures.compared += found.compared;
    figures.values += found.values;
    if (found.differences.length > 0) figures.differentialFailures += 1;
    for (const difference of found.differences.slice(0, 5)) say(difference);
    if (seed % 20 === 0)
      say(
        `${seed} seeds, ${figures.compared} values and reasons compared, ${figures.differentialFailures} seeds differ`,
      );
  }
  return figures;
}
