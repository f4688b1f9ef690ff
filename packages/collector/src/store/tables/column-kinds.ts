import type { ConsentState, EpochMs } from '@tidemark/protocol';
import type { Column } from './column.js';

/** A column of any type; the others here are of one, and take undefined for what the type's empty value stands for. */
export function column<R>(name: string, type: string, meaning: string, write: Column<R>['write']): Column<R> {
  return { name, type, meaning, write };
}

export function string<R>(name: string, type: string, meaning: string, get: (row: R) => string | undefined): Column<R> {
  return column(name, type, meaning, (writer, row) => writer.string(get(row) ?? ''));
}

export function word<R>(name: string, meaning: string, get: (row: R) => string | undefined): Column<R> {
  return string(name, 'LowCardinality(String)', meaning, get);
}

export function uuid<R>(name: string, meaning: string, get: (row: R) => string | undefined): Column<R> {
  return column(name, 'UUID', meaning, (writer, row) => writer.uuid(get(row) ?? ''));
}

export function instant<R>(name: string, meaning: string, get: (row: R) => EpochMs): Column<R> {
  return column(name, "DateTime64(3, 'UTC')", meaning, (writer, row) => writer.int64(get(row)));
}

export function duration<R>(name: string, meaning: string, get: (row: R) => number | undefined): Column<R> {
  return column(name, 'UInt32', meaning, (writer, row) => writer.uint32(Math.round(get(row) ?? 0)));
}

export function float32<R>(name: string, meaning: string, get: (row: R) => number | undefined): Column<R> {
  return column(name, 'Float32', meaning, (writer, row) => writer.float32(get(row) ?? 0));
}

export function decimal<R>(name: string, meaning: string, get: (row: R) => number | undefined): Column<R> {
  return column(name, 'Decimal(18, 4)', meaning, (writer, row) => writer.decimal4(get(row) ?? 0));
}

export function uint8<R>(name: string, meaning: string, get: (row: R) => number): Column<R> {
  return column(name, 'UInt8', meaning, (writer, row) => writer.uint8(get(row)));
}

export function uint16<R>(name: string, meaning: string, get: (row: R) => number | undefined): Column<R> {
  return column(name, 'UInt16', meaning, (writer, row) => writer.uint16(get(row) ?? 0));
}

export function consent<R>(name: string, meaning: string, get: (row: R) => ConsentState | undefined): Column<R> {
  const type = "Enum8('unknown' = 0, 'granted' = 1, 'denied' = 2)";
  return column(name, type, meaning, (writer, row) => {
    const state = get(row);
    writer.uint8(state === 'granted' ? 1 : state === 'denied' ? 2 : 0);
  });
}
