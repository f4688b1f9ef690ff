import { fileURLToPath } from 'node:url';
import type { FeatureDefinition, Population, PopulationRows, SubjectKind } from '@tidemark/analytics/features';
import type { Measure } from '@tidemark/analytics/stats';

/*
 * The collector's own parts, as built. They are no export of the package, so what is used of them is written down here.
 */

/** A connection to the store; only handed on. */
export interface Store {
  client(): { command(options: { readonly query: string }): Promise<unknown> };
  spoolDirectory(): string | undefined;
  close(): Promise<void>;
}

interface MomentQuery {
  readonly workspaceId: string;
  readonly asOfMs: number;
  readonly utcOffsetMs: number;
}

interface Parts {
  connectStore(
    address: () => { readonly url: string; readonly user: string; readonly password: string },
    database: string,
  ): Store;
  applyMigrations(store: Store): Promise<readonly number[]>;
  createRowEncoder(): { events(batch: object, rows: readonly object[]): Uint8Array };
  readonly ROW_LAYOUTS: readonly object[];
  readonly EVENTS_STREAM: number;
  loadRows(store: Store, layout: object, parts: readonly Uint8Array[]): Promise<object | undefined>;
  readPopulation(store: Store, moment: MomentQuery): Promise<PopulationRows>;
  readSubjects(
    store: Store,
    query: MomentQuery & {
      readonly kind: SubjectKind;
      readonly features: readonly string[];
      readonly inputs: readonly string[];
      readonly activeSinceMs: number;
    },
    each: () => void,
  ): Promise<void>;
  measureSubjects(
    store: Store,
    query: MomentQuery & {
      readonly kind: SubjectKind;
      readonly population: Population;
      readonly activeSinceMs?: number;
    },
    each: (one: {
      readonly subject: string;
      readonly definitions: readonly FeatureDefinition[];
      readonly measures: readonly Measure[];
    }) => void,
  ): Promise<void>;
  createFeatureRefresher(
    worker: string,
    store: () => { readonly address: object; readonly database: string },
    threads: number,
  ): {
    refresh(
      query: MomentQuery & {
        readonly kind: SubjectKind;
        readonly population: PopulationRows;
        readonly activeSinceMs?: number;
      },
    ): Promise<readonly { readonly subjects: readonly string[]; readonly reasons: Uint8Array }[]>;
    close(): Promise<void>;
  };
}

const FILES = [
  'store/connect.js',
  'store/migrations/apply-migrations.js',
  'store/encode-rows.js',
  'store/load-rows.js',
  'store/features/population.js',
  'store/features/subject-rows.js',
  'pipeline/measure-subjects.js',
  'pipeline/refresh-features.js',
];

export const REFRESH_WORKER = fileURLToPath(
  new URL('../../../packages/collector/dist/pipeline/refresh-worker.js', import.meta.url),
);

export async function loadFeatureParts(): Promise<Parts> {
  const load = (path: string): Promise<unknown> =>
    import(new URL(`../../../packages/collector/dist/${path}`, import.meta.url).href);
  return Object.assign({}, ...((await Promise.all(FILES.map(load))) as object[])) as Parts; // the files named, as declared above
}

export type FeatureParts = Parts;
