import type { RiskFlag, WorkspacePart } from '@tidemark/protocol';
import type { StoreConnection } from '../connect.js';
import { queryFirstRows } from '../query-rows.js';
import { BYTES_MAX, type RefusedEvent, readCopiedStretches, readRefusedEvents } from './left-out-events.js';

/** What stands behind a flag. */
export interface FlagEvents {
  /** As they lie in the events table. */
  readonly events: readonly Record<string, unknown>[];
  /** Beside them in `rejected`, where the flag is about what was refused. */
  readonly refused: readonly RefusedEvent[];
  /** There are more of either. */
  readonly isCut: boolean;
}

const DAY_MS = 86_400_000;
/** What the corrected clock may differ from the device's, which days are made of; a clock further off hides its events here. */
const SLACK_DAYS = 2;
/** Of what came again: its day is as the sender says, and whoever says many would have all days read. */
const ORIGINALS_DAYS = 100;

/** How it is seen that a row is about an entity. */
const IS_OF: Readonly<Record<RiskFlag['entity']['kind'], string>> = {
  user: 'user_id = {entityId:String}',
  device: 'toString(visitor_id) = {entityId:String}',
  address: 'ip_prefix = {entityId:String}',
  product: 'product_id = {entityId:String}',
  workspace: 'workspace_id = {entityId:String}',
};

/** What breaks is seen beside how it was a moment ago. */
const BEFORE_BREAK_MS = 10 * 60_000;

/** Stretches are compared with the rows of their queues alone: with every row of those days it would take minutes. */
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
        AND events.corrected_at BETWEEN fromUnixTimestamp64Milli({fromMs:Int64}) AND fromUnixTimestamp64Milli({toMs:Int64}))
      OR (queue_id IN {queues:Array(UUID)} AND arrayExists(
        (queue, first, last) -> queue_id = queue AND seq BETWEEN first AND last, {queues:Array(UUID)},
        JSONExtract({firstSeqs:String}, 'Array(UInt64)'), JSONExtract({lastSeqs:String}, 'Array(UInt64)'))))
  ORDER BY events.corrected_at, event_id LIMIT {limit:UInt32}
  SETTINGS max_execution_time = 60`;

/**
 * The raw events of a flag's incident: those of its entity from its first to its last moment, those that it names, and of copies the
 * originals; and what was refused.
 *
 * @param part - of the workspace, where the flag is about one.
 * @param limit - of each; there are fewer where they are long.
 */
export async function readFlagEvents(
  store: StoreConnection,
  workspaceId: string,
  flag: RiskFlag,
  part: WorkspacePart | undefined,
  limit: number,
): Promise<FlagEvents> {
  const { isOfEntity, names, fromMs } = whatToRead(flag, part);
  const copied = await readCopiedStretches(store, workspaceId, flag);
  const [firstDay, lastDay] = [Math.floor(fromMs / DAY_MS) - SLACK_DAYS, Math.floor(flag.lastAt / DAY_MS) + SLACK_DAYS];
  const originalsDay = Math.min(firstDay, ...copied.map((stretch) => stretch.firstDay));
  const bound = {
    workspaceId,
    eventIds: JSON.stringify(flag.evidence.eventIds),
    ...names,
    fromMs: Math.floor(fromMs),
    toMs: Math.ceil(flag.lastAt),
    queues: copied.map(({ queueId }) => queueId),
    firstSeqs: JSON.stringify(copied.map(({ firstSeq }) => firstSeq)),
    lastSeqs: JSON.stringify(copied.map(({ lastSeq }) => lastSeq)),
    fromDay: Math.max(0, originalsDay, firstDay - ORIGINALS_DAYS),
    toDay: lastDay,
  };
  const most = { rows: limit, bytes: BYTES_MAX };
  const events = await queryFirstRows<Record<string, unknown>>(store, EVENTS(isOfEntity), bound, most);
  const refused = await readRefusedEvents(store, workspaceId, flag, limit);
  return { events: events.rows, refused: refused.rows, isCut: events.isCut || refused.isCut };
}

function whatToRead({ entity: { kind, id }, firstAt }: RiskFlag, part: WorkspacePart | undefined) {
  if (!part) return { isOfEntity: IS_OF[kind], names: { entityId: id }, fromMs: firstAt };
  const isBreak = part.part !== 'model' && part.part !== 'model inputs'; // a drift is seen by its own orders
  return { ...whereOf(part), fromMs: isBreak ? firstAt - BEFORE_BREAK_MS : firstAt };
}

function whereOf(part: WorkspacePart): {
  readonly isOfEntity: string;
  readonly names: Readonly<Record<string, string>>;
} {
  switch (part.part) {
    case 'surface':
      return { isOfEntity: 'surface = {surface:String}', names: { surface: part.surface } };
    case 'page':
      return {
        isOfEntity: `surface = {surface:String} AND if(template = '', page, template) = {page:String}`,
        names: { surface: part.surface, page: part.page },
      };
    case 'release':
      return { isOfEntity: 'release = {release:String}', names: { release: part.release } };
    case 'model':
    case 'model inputs':
      return { isOfEntity: 'order_side = {side:String}', names: { side: part.side } };
    case 'all surfaces':
      return { isOfEntity: 'true', names: {} };
    case 'deliveries':
      return { isOfEntity: 'false', names: {} }; // what was refused lies elsewhere
  }
}
