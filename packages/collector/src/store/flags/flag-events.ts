import type { RiskFlag } from '@tidemark/protocol';
import type { StoreConnection } from '../connect.js';
import { queryRows } from '../query-rows.js';
import { MODEL_PARTS } from './model-part.js';

const DAY_MS = 86_400_000;
/** What the corrected clock may differ from the device's, which days are made of; a clock further off hides its events here. */
const SLACK_DAYS = 2;

/** How it is seen that a row is about an entity. */
const IS_OF: Readonly<Record<RiskFlag['entity']['kind'], string>> = {
  user: 'user_id = {entityId:String}',
  device: 'toString(visitor_id) = {entityId:String}',
  address: 'ip_prefix = {entityId:String}',
  product: 'product_id = {entityId:String}',
  workspace: `(workspace_id = {entityId:String}
        OR order_side != '' AND {entityId:String} IN (${Object.values(MODEL_PARTS).map((part) => `concat('${part}', order_side)`)}))`,
};

const EVENTS = (isOfEntity: string) => `
  SELECT * REPLACE (
    toUnixTimestamp64Milli(occurred_at) AS occurred_at, toUnixTimestamp64Milli(corrected_at) AS corrected_at,
    toUnixTimestamp64Milli(received_at) AS received_at, toUnixTimestamp64Milli(logical_at) AS logical_at,
    toUnixTimestamp64Milli(session_started_at) AS session_started_at, toUnixTimestamp64Milli(period_at) AS period_at)
  FROM events FINAL
  WHERE workspace_id = {workspaceId:String}
    AND event_day BETWEEN toDate({fromDay:UInt16}) AND toDate({toDay:UInt16})
    AND (has(JSONExtract({eventIds:String}, 'Array(String)'), toString(event_id))
      OR (${isOfEntity}
        AND events.corrected_at BETWEEN fromUnixTimestamp64Milli({fromMs:Int64}) AND fromUnixTimestamp64Milli({toMs:Int64})))
  ORDER BY events.corrected_at, event_id LIMIT {limit:UInt32}`;

/** The raw events of a flag's incident: those of its entity from its first to its last moment, and those that it names. */
export function readFlagEvents(
  store: StoreConnection,
  workspaceId: string,
  flag: RiskFlag,
  limit: number,
): Promise<Record<string, unknown>[]> {
  return queryRows<Record<string, unknown>>(store, EVENTS(IS_OF[flag.entity.kind]), {
    workspaceId,
    eventIds: JSON.stringify(flag.evidence.eventIds),
    entityId: flag.entity.id,
    fromMs: Math.floor(flag.firstAt),
    toMs: Math.ceil(flag.lastAt),
    fromDay: Math.max(0, Math.floor(flag.firstAt / DAY_MS) - SLACK_DAYS),
    toDay: Math.floor(flag.lastAt / DAY_MS) + SLACK_DAYS,
    limit,
  });
}
