import { createHash } from 'node:crypto';
import { PROTOCOL_VERSION, type Rejection, uuidV7 } from '@tidemark/protocol';
import { HttpProblem } from '../observe/http-problem.js';
import type { DecodedBody } from './decode-body.js';

/** Of every event that is made of a row. */
const CONTEXT = { appId: 'macro', sdk: { name: 'tidemark-macro', version: '1' } };

const ROW_FIELDS: Readonly<Record<string, string>> = {
  occurredAt: 'knownAt',
  'props.country': 'country',
  props: 'country',
};
const COUNTRY = /^[A-Z]{2}$/;

/**
 * Rows of economic series as the batch of server events that they are kept as. Ids follow from what a row says, so that the
 * same row, sent again in whatever batch, is a copy; what is wrong with a row is found where events are judged.
 *
 * @throws {HttpProblem} `invalid_batch` when there are no rows to judge, `unreadable_body` when they are nested too deeply.
 */
export function macroBatch({ value }: DecodedBody): DecodedBody {
  const { rows, batchId } = (value ?? {}) as { readonly rows?: unknown; readonly batchId?: unknown }; // whatever came
  if (!Array.isArray(rows)) {
    throw new HttpProblem('invalid_batch', 'The batch cannot be read: rows: expected a list of rows.', {
      field: 'rows',
    });
  }
  try {
    const events = rows.map(eventOfRow);
    const id = batchId ?? uuidV7(0, sha256(JSON.stringify(rows)));
    const batch = { v: PROTOCOL_VERSION, batchId: id, context: CONTEXT, events };
    return { text: JSON.stringify(batch), value: batch };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new HttpProblem('unreadable_body', 'A row is nested too deeply.');
  }
}

/** Names the field as the row does. */
export function macroRejection(rejection: Rejection): Rejection {
  return { ...rejection, field: ROW_FIELDS[rejection.field] ?? rejection.field };
}

function eventOfRow(row: unknown): unknown {
  if (typeof row !== 'object' || row === null || Array.isArray(row)) return row;
  const { series, periodAt, knownAt, value, revision = 0, source, country } = row as Readonly<Record<string, unknown>>; // whatever came
  const said = JSON.stringify([series, periodAt, knownAt, value, revision, source, country]);
  const event = {
    type: 'macro_point',
    eventId: uuidV7(isEventTime(knownAt) ? knownAt : 0, sha256(said)),
    occurredAt: knownAt,
    series,
    periodAt,
    value,
    revision,
    source,
  };
  if (country === undefined) return event;
  // A list is no property: what is no country is refused as such.
  return { ...event, props: { country: typeof country === 'string' && COUNTRY.test(country) ? country : [] } };
}

/** As many milliseconds as an id has room for. */
function isEventTime(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) < 2 ** 48;
}

function sha256(text: string): Uint8Array {
  return createHash('sha256').update(text).digest();
}
