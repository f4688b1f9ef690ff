import type { Migration } from './migration.js';

/*
 * What several collectors in front of one store must know of one another. An event without a queue of its own counts as a
 * queue that is called like the event.
 */
const TOKENS = 'fsync_after_insert = 1, fsync_part_directory = 1, non_replicated_deduplication_window = 1000';

/**
 * Which events were loaded, by load: written by a view, so that it is complete exactly when the load is. Copies stand side
 * by side here, where the events table collapses them. Days and batches let a reader find the rows without a scan.
 */
const LOADS = `
    CREATE TABLE IF NOT EXISTS loads (
      workspace_id String,
      queue_id UUID,
      first_seq UInt64,
      last_seq UInt64,
      seqs Array(UInt64),
      batch_ids Array(UUID),
      first_day Date,
      last_day Date,
      historical UInt8,
      loaded_at DateTime64(3, 'UTC') DEFAULT now64(3, 'UTC'),
      INDEX by_batch batch_ids TYPE bloom_filter(0.01) GRANULARITY 1,
      INDEX by_time loaded_at TYPE minmax GRANULARITY 1
    )
    ENGINE = MergeTree
    ORDER BY (queue_id, workspace_id, first_seq)
    TTL toDateTime(loaded_at) + INTERVAL 8 DAY DELETE WHERE historical = 0
    SETTINGS ${TOKENS}`;

const QUEUES_OF = (source: string) => `
    SELECT
      workspace_id,
      if(queue_id = toUUID('00000000-0000-0000-0000-000000000000'), event_id, queue_id) AS queue_id,
      min(seq) AS first_seq,
      max(seq) AS last_seq,
      if(last_seq - first_seq + 1 = count(), [], arraySort(groupArray(seq))) AS seqs,
      groupUniqArray(batch_id) AS batch_ids,
      min(event_day) AS first_day,
      max(event_day) AS last_day,
      max(historical) AS historical,
      now64(3, 'UTC') AS loaded_at
    FROM ${source}
    GROUP BY workspace_id, queue_id`;

/** What was loaded before there was such a table, as one load; its copies were recognised by the one collector there was. */
const LOADS_OF_BEFORE = `
    INSERT INTO loads
    SELECT * FROM (${QUEUES_OF('events FINAL')})
    WHERE (SELECT count() FROM loads) = 0`;

const LOADS_VIEW = `CREATE MATERIALIZED VIEW IF NOT EXISTS loads_view TO loads AS ${QUEUES_OF('events')}`;

/** Events that were found in more than one load, and when the aggregates were mended. */
const DOUBLE_LOADS = `
    CREATE TABLE IF NOT EXISTS double_loads (
      workspace_id String,
      queue_id UUID,
      seq UInt64,
      mend_id UUID,
      surplus UInt32,
      found_at DateTime64(3, 'UTC'),
      mended_at DateTime64(3, 'UTC')
    )
    ENGINE = ReplacingMergeTree(mended_at)
    ORDER BY (queue_id, workspace_id, seq, mend_id)
    TTL toDateTime(found_at) + INTERVAL 9 DAY
    SETTINGS fsync_after_insert = 1, fsync_part_directory = 1`;

/** Groups that a mend counts anew, by aggregate: a deletion can look into one table only, not ask a query for them. */
const RECOUNTS = `
    CREATE TABLE IF NOT EXISTS recounts (
      mend_id UUID,
      target LowCardinality(String),
      key String,
      noted_at DateTime64(3, 'UTC') DEFAULT now64(3, 'UTC')
    )
    ENGINE = MergeTree
    ORDER BY (mend_id, target)
    TTL toDateTime(noted_at) + INTERVAL 1 DAY`;

/** Who is there, and who has the loads of all stand still. Written every few seconds: a row lost in a power cut is a late one. */
const COLLECTORS = `
    CREATE TABLE IF NOT EXISTS collectors (
      collector_id UUID,
      roles String,
      seen_at DateTime64(3, 'UTC'),
      gone UInt8,
      hold UUID,
      honours UUID
    )
    ENGINE = ReplacingMergeTree(seen_at)
    ORDER BY collector_id
    TTL toDateTime(seen_at) + INTERVAL 7 DAY`;

export const loads: Migration = {
  number: 8,
  name: 'loads',
  statements: [LOADS, LOADS_OF_BEFORE, LOADS_VIEW, DOUBLE_LOADS, RECOUNTS, COLLECTORS],
};
