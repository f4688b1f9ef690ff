/**
 * Who may import whom: the table of the architecture document as data. `architecture.test.ts` holds every file under
 * packages/NAME/src against it. A room is a folder directly under src.
 */

export interface PackageRule {
  /** Packages every file may import. A foreign name covers its subpaths; one of ours is meant exactly as written. */
  readonly packages: readonly string[];
  /** Packages every file may import with `import type` only. */
  readonly typePackages?: readonly string[];
  /** Further packages for single rooms. */
  readonly packagesInRoom?: Readonly<Record<string, readonly string[]>>;
  /** Whether the package runs in Node: only then may it import `node:` modules. */
  readonly node: boolean;
  /** Room by room; without it rooms import one another freely. Files directly under src may import every room. */
  readonly rooms?: Readonly<Record<string, RoomRule>>;
  /** Rooms that only their own files may import. */
  readonly closedRooms?: readonly string[];
}

/** Rooms this one may import, besides itself; `'all'` for the rooms that put the parts together. */
type RoomRule = 'all' | { readonly values: readonly string[]; readonly types?: readonly string[] };

const nothing: RoomRule = { values: [] };

/** "all -> observe, disk": log lines, metrics, errors and how a file gets to the disk are the same for every room of the collector. */
const collectorRoom = (values: readonly string[], types: readonly string[] = []): RoomRule => ({
  values: [...values, 'observe', 'disk'],
  types,
});

export const importTable: Readonly<Record<string, PackageRule>> = {
  protocol: {
    packages: [],
    packagesInRoom: { schema: ['zod'] },
    node: false,
    // What the main entry reaches is shipped to browsers: it must never reach zod.
    closedRooms: ['schema'],
  },

  analytics: {
    packages: ['simple-statistics', 'fft.js', 'graphology', 'chinese-days', 'date-holidays'],
    typePackages: ['@tidemark/protocol'],
    node: false,
    rooms: {
      stats: nothing,
      sessions: { values: ['stats'] },
      orders: { values: ['stats'] },
      features: { values: ['sessions', 'orders', 'stats'] },
      anomalies: { values: ['features', 'stats'] },
      scores: { values: ['features', 'stats'] },
      promotion: { values: ['scores'] },
      simulator: { values: ['orders', 'stats'] },
    },
  },

  'sdk-web': {
    packages: ['@tidemark/protocol', 'web-vitals'],
    node: false,
    rooms: {
      boot: 'all',
      track: { values: ['identity', 'browser'] }, // never queue or transport: it is given emit(event)
      identity: { values: ['browser'] },
      queue: { values: ['browser'], types: ['privacy'] },
      transport: { values: ['browser'], types: ['queue'] },
      reduce: nothing,
      privacy: nothing,
      debug: { values: [], types: ['boot'] },
      testing: nothing, // an app's tests import it alone: it stands for the collector, and knows the protocol only
      browser: nothing,
    },
  },

  'sdk-hybrid-bridge': { packages: ['@tidemark/protocol'], node: false },

  collector: {
    packages: [
      '@tidemark/protocol',
      '@tidemark/protocol/schema',
      '@clickhouse/client',
      '@fastify/compress',
      '@fastify/static',
      'ajv',
      'commander',
      'fastify',
      'isbot',
      'maxmind',
      'openid-client',
      'pino',
      'piscina',
      'prom-client',
      'zod',
    ],
    packagesInRoom: {
      boot: ['@tidemark/analytics', '@tidemark/analytics/orders', '@tidemark/analytics/orders/chinese-calendar'],
      cli: [
        '@tidemark/analytics',
        '@tidemark/analytics/anomalies',
        '@tidemark/analytics/scores',
        '@tidemark/analytics/simulator',
      ],
      pipeline: [
        '@tidemark/analytics',
        '@tidemark/analytics/anomalies',
        '@tidemark/analytics/features',
        '@tidemark/analytics/stats',
      ],
      reports: [
        '@tidemark/analytics/anomalies',
        '@tidemark/analytics/orders',
        '@tidemark/analytics/orders/chinese-calendar',
        '@tidemark/analytics/stats',
      ],
      decisions: [
        '@tidemark/analytics/anomalies',
        '@tidemark/analytics/features',
        '@tidemark/analytics/orders',
        '@tidemark/analytics/orders/chinese-calendar',
        '@tidemark/analytics/scores',
      ],
      ingest: ['bowser'],
      engine: ['chdb'],
      wal: ['@node-rs/crc32'],
    },
    node: true,
    rooms: {
      boot: 'all',
      cli: 'all',
      workspaces: collectorRoom(['store']),
      ingest: collectorRoom(['workspaces', 'validate'], ['wal']),
      validate: collectorRoom([]),
      wal: collectorRoom([]),
      batch: collectorRoom(['wal'], ['store']),
      engine: collectorRoom([]),
      store: collectorRoom([]),
      pipeline: collectorRoom(['store', 'wal']),
      reports: collectorRoom(['store', 'workspaces']),
      decisions: collectorRoom(['pipeline', 'store', 'workspaces']),
      feeds: collectorRoom(['store', 'workspaces']),
      privacy: collectorRoom(['store', 'wal', 'workspaces']),
      observe: nothing,
      disk: { values: ['observe'] }, // a damaged file is a fault that says what to do
    },
  },

  console: {
    packages: ['@tidemark/protocol', 'eventsource-parser', 'preact', 'uplot'],
    node: false,
  },
};

/** Names that say nothing about what is inside. */
export const forbiddenFolders = ['core', 'common', 'lib', 'utils', 'helpers', 'services', 'managers'];

/** src/ROOM/PART/file.ts is as deep as it gets. */
export const maxFoldersUnderSrc = 2;

/** Words that belong to some rooms only; comments may use them anywhere. */
export const roomWords: readonly {
  readonly what: string;
  readonly pattern: RegExp;
  readonly rooms: readonly string[];
}[] = [{ what: 'the word chdb', pattern: /chdb/i, rooms: ['engine'] }];

/** A string or template literal that holds one of these is SQL, and SQL lives in the store (and in what hosts it). */
export const sql = { pattern: /\b(SELECT|INSERT INTO|CREATE TABLE|ALTER TABLE)\b/, rooms: ['store', 'engine'] };
