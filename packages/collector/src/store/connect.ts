import { type ClickHouseClient, ClickHouseLogLevel, createClient } from '@clickhouse/client';
import { TidemarkError } from '../observe/errors.js';
import type { ClusterNames } from './cluster/cluster-ddl.js';
import { clusterSettings, type InsertQuorum } from './cluster/cluster-settings.js';

/** Where ClickHouse listens. */
export interface StoreAddress {
  readonly url: string;
  readonly user: string;
  readonly password: string;
  /** A folder that it loads rows from; only an engine on this machine has one. */
  readonly spoolDirectory?: string;
}

/** What a thread needs to go to the store by itself. */
export interface StorePlace {
  readonly address: StoreAddress;
  readonly database: string;
}

/** The one way to ClickHouse, whichever engine answers. */
export interface StoreConnection {
  /** @throws {TidemarkError} `store_refused` while the embedded engine is starting. */
  client(): ClickHouseClient;
  /** Set when the tables lie on the shards of a cluster. */
  readonly cluster?: ClusterNames;
  /** Where to put rows for `INSERT ... FROM INFILE`; undefined when they must be sent. */
  spoolDirectory(): string | undefined;
  ping(): Promise<boolean>;
  close(): Promise<void>;
}

/** An insert of a large segment on a busy machine may take its time; a report's own limit is far below. */
const REQUEST_TIMEOUT_MS = 120_000;

/** The cluster whose tables are meant, as the server's configuration names it. */
export interface StoreCluster {
  readonly name: string;
  readonly insertQuorum: InsertQuorum;
}

/** @throws {TidemarkError} `store_refused` while the embedded engine is starting. */
function told(address: StoreAddress | undefined): StoreAddress {
  if (!address) throw new TidemarkError('store_refused', 'The store is starting; try again in a moment.');
  return address;
}

/** Where the store is at each moment that it is asked for; throws as {@link StoreConnection.client} does. */
export function placeOfStore(address: () => StoreAddress | undefined, database: string): () => StorePlace {
  return () => ({ address: told(address()), database });
}

/**
 * @param address - asked at each use: the embedded engine has another port after a restart.
 */
export function connectStore(
  address: () => StoreAddress | undefined,
  database: string,
  cluster?: StoreCluster,
): StoreConnection {
  let current: { readonly address: StoreAddress; readonly client: ClickHouseClient } | undefined;

  function client(): ClickHouseClient {
    const now = told(address());
    if (current?.address !== now) {
      void current?.client.close();
      current = {
        address: now,
        client: createClient({
          url: now.url,
          username: now.user,
          password: now.password,
          database,
          request_timeout: REQUEST_TIMEOUT_MS,
          max_open_connections: 8,
          log: { level: ClickHouseLogLevel.OFF }, // every fault is thrown, and logged once by whoever handles it
          keep_alive: { enabled: true, idle_socket_ttl: 2_500 },
          ...(cluster && { clickhouse_settings: clusterSettings(cluster.insertQuorum) }),
        }),
      };
    }
    return current.client;
  }

  return {
    client,
    ...(cluster && { cluster: { cluster: cluster.name, database } }),
    spoolDirectory: () => address()?.spoolDirectory,
    async ping() {
      if (!address()) return false;
      return (await client().ping()).success;
    },
    async close() {
      await current?.client.close();
      current = undefined;
    },
  };
}
