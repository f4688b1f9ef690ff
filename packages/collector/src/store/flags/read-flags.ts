import type { FlagFilter, FlagPrecision, RiskFlag } from '@tidemark/protocol';
import type { StoreConnection } from '../connect.js';
import { queryRows } from '../query-rows.js';
import type { FlagRow } from '../tables/flags.js';

/** How far a listener has come, by collector: each counts its own positions. */
export type FlagPositions = Readonly<Record<string, number>>;

type Row = Omit<RiskFlag, 'entity' | 'evidence' | 'reasons'> & {
  readonly entityKind: RiskFlag['entity']['kind'];
  readonly entityId: string;
  readonly metrics: string;
  readonly eventIds: readonly string[];
  readonly reasons: string;
};

const COLUMNS = `
  toString(flag_id) AS flagId, toString(collector_id) AS collectorId, kind, severity, entity_kind AS entityKind,
  subject_id AS entityId, surface, status, status_reason AS statusReason, status_by AS statusBy,
  toUnixTimestamp64Milli(status_at) AS statusAt, toUnixTimestamp64Milli(snoozed_until) AS snoozedUntil, score, count,
  toUnixTimestamp64Milli(first_at) AS firstAt, toUnixTimestamp64Milli(last_at) AS lastAt,
  toUnixTimestamp64Milli(raised_at) AS raisedAt, metrics, arrayMap(id -> toString(id), event_ids) AS eventIds, reasons,
  detector, detector_version AS detectorVersion, rolled_up AS rolledUp, position`;

/** Behind the place of its collector; whoever has no place is at the beginning. */
const IS_NEWS = `
  position > arrayElement(
    JSONExtract({places:String}, 'Array(UInt64)'),
    indexOf(JSONExtract({collectors:String}, 'Array(String)'), toString(collector_id)))`;

const PAGE = `
  SELECT ${COLUMNS} FROM flags FINAL
  WHERE workspace_id = {workspaceId:String} AND ${IS_NEWS}
    AND (empty(JSONExtract({kinds:String}, 'Array(String)')) OR has(JSONExtract({kinds:String}, 'Array(String)'), kind))
    AND (empty(JSONExtract({severities:String}, 'Array(String)'))
      OR has(JSONExtract({severities:String}, 'Array(String)'), severity))
    AND (empty(JSONExtract({statuses:String}, 'Array(String)'))
      OR has(JSONExtract({statuses:String}, 'Array(String)'), status))
    AND (empty(JSONExtract({surfaces:String}, 'Array(String)'))
      OR has(JSONExtract({surfaces:String}, 'Array(String)'), surface))
    AND ({entity:String} = '' OR subject_id = {entity:String} OR concat(entity_kind, ':', subject_id) = {entity:String})
  ORDER BY position, flag_id LIMIT {limit:UInt32}`;

/** What changed since, oldest first. */
export async function readFlags(
  store: StoreConnection,
  workspaceId: string,
  after: FlagPositions,
  filter: FlagFilter,
  limit: number,
): Promise<RiskFlag[]> {
  const rows = await queryRows<Row>(store, PAGE, {
    workspaceId,
    collectors: JSON.stringify(Object.keys(after)),
    places: JSON.stringify(Object.values(after)),
    kinds: JSON.stringify(filter.kind ?? []),
    severities: JSON.stringify(filter.severity ?? []),
    statuses: JSON.stringify(filter.status ?? []),
    surfaces: JSON.stringify(filter.surface ?? []),
    entity: filter.entity ?? '',
    limit,
  });
  return rows.map(flagOf);
}

const ONE = `
  SELECT ${COLUMNS} FROM flags FINAL
  WHERE workspace_id = {workspaceId:String} AND flag_id = toUUID({flagId:String}) ORDER BY position`;

/** A flag as each collector that raised it tells it; the latest change comes last. @param flagId - a UUID. */
export async function readFlag(store: StoreConnection, workspaceId: string, flagId: string): Promise<RiskFlag[]> {
  return (await queryRows<Row>(store, ONE, { workspaceId, flagId })).map(flagOf);
}

const NEWEST = `
  SELECT * FROM (
    SELECT workspace_id AS workspaceId, ${COLUMNS} FROM flags FINAL ORDER BY position DESC LIMIT {limit:UInt32}
  ) ORDER BY position`;

/** Of all workspaces those that changed last, oldest change first; one that several collectors raised comes from each. */
export async function readNewestFlags(store: StoreConnection, limit: number): Promise<FlagRow[]> {
  const rows = await queryRows<Row & { readonly workspaceId: string }>(store, NEWEST, { limit });
  return rows.map(({ workspaceId, ...row }) => ({ workspaceId, flag: flagOf(row) }));
}

const PLACES = `
  SELECT toString(collector_id) AS collectorId, max(position) AS position FROM flags
  WHERE workspace_id = {workspaceId:String} GROUP BY collectorId`;

/** Where the feed of a workspace ends now. */
export async function readFlagPlaces(store: StoreConnection, workspaceId: string): Promise<FlagPositions> {
  const rows = await queryRows<{ readonly collectorId: string; readonly position: number }>(store, PLACES, {
    workspaceId,
  });
  return Object.fromEntries(rows.map(({ collectorId, position }) => [collectorId, position]));
}

const PRECISION = `
  SELECT kind, uniqExact(flag_id) AS raised, uniqExactIf(flag_id, status = 'resolved') AS resolved,
    uniqExactIf(flag_id, status = 'false_positive') AS falsePositives,
    if(resolved + falsePositives = 0, NULL, resolved / (resolved + falsePositives)) AS precision
  FROM flags FINAL WHERE workspace_id = {workspaceId:String} GROUP BY kind ORDER BY kind`;

export function readFlagPrecision(store: StoreConnection, workspaceId: string): Promise<FlagPrecision[]> {
  return queryRows<FlagPrecision>(store, PRECISION, { workspaceId });
}

function flagOf({ entityKind, entityId, metrics, eventIds, reasons, ...rest }: Row): RiskFlag {
  return {
    ...rest,
    entity: { kind: entityKind, id: entityId },
    evidence: {
      metrics: JSON.parse(metrics) as RiskFlag['evidence']['metrics'], // written by writeFlags
      eventIds,
      eventsUrl: `/v1/flags/${rest.flagId}/events`,
    },
    reasons: JSON.parse(reasons) as RiskFlag['reasons'],
  };
}
