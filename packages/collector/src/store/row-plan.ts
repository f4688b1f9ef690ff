import type { AuthoritativeType, EventType } from '@tidemark/protocol';
import { AUTHORITATIVE_SCHEMAS, EVENT_SCHEMAS } from '@tidemark/protocol/schema';
import type { RowBinaryWriter } from './row-binary.js';
import type { Column } from './tables/column.js';
import type { EventRow } from './tables/events.js';

/** How rows of one event type are written: bytes that are the same in each, and columns that are not, in order. */
export type RowPlan = readonly (Uint8Array | Column<EventRow>)[];

type StoredType = EventType | AuthoritativeType;
const SCHEMAS = { ...EVENT_SCHEMAS, ...AUTHORITATIVE_SCHEMAS };

/**
 * Most columns of the events table are empty for most types: a click has no dwell and no price. What an event of a type
 * cannot fill is encoded once, here, and copied from then on.
 */
export function createRowPlans(
  columns: readonly Column<EventRow>[],
  writer: RowBinaryWriter,
): Map<StoredType, RowPlan> {
  const plans = new Map<StoredType, RowPlan>();
  for (const type of Object.keys(SCHEMAS) as StoredType[]) plans.set(type, planOf(type, columns, writer)); // its own keys
  return plans;
}

function planOf(type: StoredType, columns: readonly Column<EventRow>[], writer: RowBinaryWriter): RowPlan {
  const fields = new Set<PropertyKey>(Object.keys(SCHEMAS[type].shape));
  fields.delete('type'); // the same in all rows of the plan
  const plan: (Uint8Array | Column<EventRow>)[] = [];
  const endConstant = (): void => {
    const bytes = writer.take();
    if (bytes.length > 0) plan.push(bytes);
  };
  for (const column of columns) {
    const before = writer.take();
    const reads = writeEmpty(column, type, writer);
    const varies = reads.has('correctedAt') || [...reads].some((field) => fields.has(field));
    const bytes = writer.take();
    writer.raw(before);
    if (varies) {
      endConstant();
      plan.push(column);
    } else {
      writer.raw(bytes);
    }
  }
  endConstant();
  return plan;
}

/** Writes the column for an event without fields, and tells which fields the column asked for. */
function writeEmpty(column: Column<EventRow>, type: StoredType, writer: RowBinaryWriter): ReadonlySet<PropertyKey> {
  const reads = new Set<PropertyKey>();
  const note = (field: PropertyKey): undefined => {
    reads.add(field);
    return undefined;
  };
  const event = new Proxy({}, { get: (_, field) => (field === 'type' ? type : note(field)) });
  const row = {
    event,
    get correctedAt() {
      return note('correctedAt') ?? 0;
    },
  } as EventRow; // stands in for any event: every field is answered with "not there"
  column.write(writer, row);
  return reads;
}
