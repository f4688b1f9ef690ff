import type { ClickHouseSettings } from '@clickhouse/client';

/** How many replicas of a shard have a load before it counts: a number, `auto` for most of them, 0 for the one that took it. */
export type InsertQuorum = number | 'auto';

/**
 * What each statement to a cluster is sent with.
 *
 * An insert into a Distributed table is split by the sharding key, and its parts go into the shards' own tables before it is
 * answered: nothing waits on the node that was asked, and each shard knows its part again by the load's token. What a query
 * looks up in another sharded table is looked up once, for all shards.
 */
export function clusterSettings(quorum: InsertQuorum): ClickHouseSettings {
  return {
    distributed_foreground_insert: 1,
    distributed_product_mode: 'global',
    // A statement for all nodes is done when all have done it, and fails when one has not.
    distributed_ddl_output_mode: 'throw',
    distributed_ddl_task_timeout: '180',
    ...(quorum === 0 ? {} : { insert_quorum: String(quorum) }),
  };
}
