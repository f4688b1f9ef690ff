import { featuresOf } from '@tidemark/analytics/features';
import type { FeatureRowsQuery } from '@tidemark/protocol';
import type { StoreConnection } from '../store/connect.js';
import { readPopulation } from '../store/features/population.js';
import { type FeatureTable, measureAt } from './feature-table.js';
import type { FeatureRefresher } from './refresh-features.js';

export interface ReadFeatureRows {
  readonly names: readonly string[];
  rows(): Iterable<readonly [subject: string, ...values: (number | null)[]]>;
}

const MINUTE_MS = 60_000;

/** Features of all subjects of a kind of whom something arrived since, each seen beside the population of the same moment. */
export async function readFeatureRows(
  store: StoreConnection,
  refresher: Pick<FeatureRefresher, 'refresh'>,
  workspaceId: string,
  { kind, asOf, utcOffsetMinutes, activeSince }: Required<FeatureRowsQuery>,
): Promise<ReadFeatureRows> {
  const moment = { workspaceId, asOfMs: asOf, utcOffsetMs: utcOffsetMinutes * MINUTE_MS };
  const population = await readPopulation(store, moment);
  const tables = await refresher.refresh({ ...moment, kind, population, activeSinceMs: activeSince });
  const names = featuresOf(kind).map(({ name }) => name);
  return { names, rows: () => rowsOf(tables, names.length) };
}

function* rowsOf(tables: readonly FeatureTable[], width: number) {
  for (const table of tables) {
    for (const [row, subject] of table.subjects.entries()) {
      const values = Array.from({ length: width }, (_, i) => {
        const one = measureAt(table, row * width + i);
        return one?.kind === 'measured' ? one.value : null;
      });
      yield [subject, ...values] as const;
    }
  }
}
