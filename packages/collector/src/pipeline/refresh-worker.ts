import { createPopulation, type PopulationRows } from '@tidemark/analytics/features';
import { connectStore, type StoreConnection, type StorePlace } from '../store/connect.js';
import { createFeatureTable, type FeatureTable } from './feature-table.js';
import { measureSubjects, type SubjectsQuery } from './measure-subjects.js';

/** A part of the subjects of a kind, and what they are seen beside. */
export interface RefreshPart extends Omit<SubjectsQuery, 'population' | 'subject'> {
  readonly population: PopulationRows;
}

/** What a thread needs; crosses as it is. */
export interface RefreshTask extends RefreshPart {
  readonly store: StorePlace;
}

/** Runs in a thread of its own, with a connection of its own. */
export async function refreshInThread({ store: { address, database }, ...part }: RefreshTask): Promise<FeatureTable> {
  const store = connectStore(() => address, database);
  try {
    return await refreshPart(store, part);
  } finally {
    await store.close();
  }
}

/** The features of one part, reckoned where it is called. */
export async function refreshPart(
  store: StoreConnection,
  { population, ...query }: RefreshPart,
): Promise<FeatureTable> {
  const table = createFeatureTable(query.kind);
  await measureSubjects(store, { ...query, population: createPopulation(population) }, ({ subject, measures }) =>
    table.add(subject, measures),
  );
  return table.table();
}
