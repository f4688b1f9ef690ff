import type { RejectionReason, RiskFlag } from '@tidemark/protocol';
import type { StoreConnection } from '../connect.js';
import { type FirstRows, queryFirstRows, queryRows } from '../query-rows.js';

/** Numbers of a queue that came again, and the first day of their events, as many days since 1970. */
export interface CopiedStretch {
  readonly queueId: string;
  readonly firstSeq: number;
  readonly lastSeq: number;
  readonly firstDay: number;
}

/** What was refused, and why; the event as it came but for what is masked, empty where it is too long to be looked at. */
export interface RefusedEvent {
  readonly batch_id: string;
  readonly event_index: number;
  readonly event_id: string;
  readonly app_id: string;
  readonly reason: RejectionReason;
  readonly field: string;
  readonly raw: string;
  readonly received_at: number;
}

/** Kinds that are about how events come. */
const OF_DELIVERIES: readonly string[] = ['data_quality', 'replayed_stream'];
/** Whoever sends may send a megabyte for an event: a thousand of these are no answer. */
export const RAW_MAX_BYTES = 16_384;
/** Of what was taken and of what was refused each, as JSON: a thousand usual events are some two megabytes, long ones a hundred. */
export const BYTES_MAX = 8 * 1_048_576;
/** A row stands for ten seconds of a device. */
const STRETCHES_MAX = 100;

const DURING = `workspace_id = {workspaceId:String}
    AND received_at BETWEEN fromUnixTimestamp64Milli({fromMs:Int64}, 'UTC') AND fromUnixTimestamp64Milli({toMs:Int64}, 'UTC')`;

const COPIED = `
  SELECT toString(queue_id) AS queueId, first_seq AS firstSeq, last_seq AS lastSeq,
    toUInt16(first_day) AS firstDay
  FROM copies FINAL
  WHERE ${DURING} AND visitor_id = toUUID({deviceId:String})
  ORDER BY received_at LIMIT ${STRETCHES_MAX}
  SETTINGS max_execution_time = 60`;

/** Which events of a flag's device came again during its incident. */
export async function readCopiedStretches(
  store: StoreConnection,
  workspaceId: string,
  flag: RiskFlag,
): Promise<CopiedStretch[]> {
  const { kind, entity } = flag;
  if (entity.kind !== 'device' || !OF_DELIVERIES.includes(kind)) return [];
  return queryRows<CopiedStretch>(store, COPIED, { workspaceId, deviceId: entity.id, ...during(flag) });
}

const REFUSED = (ofWhom: string) => `
  SELECT toString(batch_id) AS batch_id, event_index, event_id, app_id, reason, field,
    if(length(rejected.raw) > ${RAW_MAX_BYTES}, '', rejected.raw) AS raw,
    toUnixTimestamp64Milli(rejected.received_at) AS received_at
  FROM rejected FINAL
  WHERE ${DURING.replace('received_at', 'rejected.received_at')} AND reason != 'refused_by_store' AND ${ofWhom}
  ORDER BY rejected.received_at, batch_id, event_index LIMIT {limit:UInt32}
  SETTINGS max_execution_time = 60`;

/** What was refused during a flag's incident: of its device, or of all where it is about all deliveries. */
export async function readRefusedEvents(
  store: StoreConnection,
  workspaceId: string,
  flag: RiskFlag,
  limit: number,
): Promise<FirstRows<RefusedEvent>> {
  const { kind, entity, reasons } = flag;
  const isOfDevice = entity.kind === 'device' && kind === 'data_quality';
  if (!isOfDevice && !reasons.some(({ code }) => code === 'refused')) return { rows: [], isCut: false };
  const query = REFUSED(isOfDevice ? 'visitor_id = toUUID({deviceId:String})' : '1');
  const bound = { workspaceId, ...(isOfDevice && { deviceId: entity.id }), ...during(flag) };
  return queryFirstRows<RefusedEvent>(store, query, bound, { rows: limit, bytes: BYTES_MAX });
}

function during({ firstAt, lastAt }: RiskFlag) {
  return { fromMs: Math.floor(firstAt), toMs: Math.ceil(lastAt) };
}
