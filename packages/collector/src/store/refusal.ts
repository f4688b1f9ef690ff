import { ClickHouseError } from '@clickhouse/client';

/** The store's answer to rows that it will never take as they are. */
export interface Refusal {
  /** ClickHouse's name of the fault; never its text, which quotes the rows. */
  readonly fault: string;
  /** The row at fault, from 0, where the store says which; a hint only. */
  readonly row?: number;
}

/**
 * Faults that lie in a value, so that the same row fails again however often it is sent, and others do not fail with it.
 * Everything else (network, memory, timeouts, too many parts, a table or column that is missing) is somebody's to mend,
 * and ends without a change to the rows.
 *
 * @see ClickHouse, src/Common/ErrorCodes.cpp
 */
const VALUE_FAULTS: Readonly<Record<string, string>> = {
  6: 'CANNOT_PARSE_TEXT',
  32: 'ATTEMPT_TO_READ_AFTER_EOF',
  33: 'CANNOT_READ_ALL_DATA',
  38: 'CANNOT_PARSE_DATE',
  41: 'CANNOT_PARSE_DATETIME',
  69: 'ARGUMENT_OUT_OF_BOUND',
  72: 'CANNOT_PARSE_NUMBER',
  117: 'INCORRECT_DATA',
  128: 'TOO_LARGE_ARRAY_SIZE',
  131: 'TOO_LARGE_STRING_SIZE',
  190: 'SIZES_OF_ARRAYS_DONT_MATCH',
  321: 'VALUE_IS_OUT_OF_RANGE_OF_DATA_TYPE',
  349: 'CANNOT_INSERT_NULL_IN_ORDINARY_COLUMN',
  376: 'CANNOT_PARSE_UUID',
  407: 'DECIMAL_OVERFLOW',
  467: 'CANNOT_PARSE_BOOL',
  469: 'VIOLATED_CONSTRAINT',
  675: 'CANNOT_PARSE_IPV4',
  676: 'CANNOT_PARSE_IPV6',
  691: 'UNKNOWN_ELEMENT_OF_ENUM',
};

/**
 * A view failed, not the table: the rows lie in the table by then, and sent in other pieces they would lie there twice.
 * Only at the end: before it stand values that a client chose, in quotes.
 */
const IN_A_VIEW = /: while pushing to view [\w.`-]+(?: \([0-9a-f-]{36}\))?\.?\s*$/;

/** Anchored for the same reason. */
const ROW_AT_FAULT = [
  /^Constraint `[^`]*` for table \S+ \([0-9a-f-]{36}\) is violated at row (\d+)\./,
  /^(?:Cannot read all data|Too large string size)[^']*: \(at row (\d+)\)/,
];

/** @returns undefined when the same rows may be taken later: send them again as they are. */
export function refusalOf(error: unknown): Refusal | undefined {
  if (!(error instanceof ClickHouseError)) return undefined;
  const fault = VALUE_FAULTS[error.code];
  if (fault === undefined || IN_A_VIEW.test(error.message)) return undefined;
  const row = ROW_AT_FAULT.map((pattern) => pattern.exec(error.message)?.[1]).find((found) => found !== undefined);
  return row === undefined ? { fault } : { fault, row: Number(row) - 1 };
}

/** A fault of the store for a log line: what ClickHouse calls it, without the values that it quotes. */
export function describeStoreFault(error: unknown): string {
  if (!(error instanceof ClickHouseError)) return String(error);
  const view = IN_A_VIEW.exec(error.message)?.[0].trim() ?? '';
  const name = VALUE_FAULTS[error.code] ?? (/^[A-Z0-9_]{1,60}$/.test(error.type ?? '') ? error.type : 'unknown');
  return `ClickHouse fault ${error.code} (${name})${view}`;
}
