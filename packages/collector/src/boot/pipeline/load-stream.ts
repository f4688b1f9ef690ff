import { bisectRows } from '../../batch/bisect-rows.js';
import type { LoadDecisions } from '../../batch/load-decisions.js';
import type { LoadOutcome } from '../../batch/loader.js';
import type { Logger } from '../../observe/logger.js';
import type { StoreConnection } from '../../store/connect.js';
import { createRowEncoder, EVENTS_STREAM, REJECTED_STREAM, ROW_LAYOUTS } from '../../store/encode-rows.js';
import { contentToken, loadRows } from '../../store/load-rows.js';
import type { Refusal } from '../../store/refusal.js';
import { keepRefused } from '../../store/refused-rows.js';
import { type SplitRow, splitRows } from '../../store/split-rows.js';
import type { RowLayout } from '../../store/tables/column.js';
import type { RejectedRow } from '../../store/tables/rejected.js';
import { layoutOf } from './wal-streams.js';

export interface StreamLoadOptions {
  readonly store: StoreConnection;
  readonly decisions: LoadDecisions<Refusal>;
  readonly logger: Logger;
}

/** Rows as they are loaded; without offsets what is no row of its layout. */
type Piece = Pick<SplitRow, 'bytes'> & Partial<SplitRow>;

const ALL_TAKEN: LoadOutcome = { refusedRows: 0, keep: false };

/**
 * Loads one stream of a segment, by the layout that the segment itself carries. What the store will never take is found
 * row by row and goes to `rejected`; all the rest goes in, once, however often the collector is killed on the way.
 */
export function createStreamLoad(
  options: StreamLoadOptions,
): (layout: string, stream: number, rows: readonly Uint8Array[]) => Promise<LoadOutcome> {
  const { store, decisions, logger } = options;
  const encoder = createRowEncoder();

  return async (layout, stream, parts) => {
    const target = layoutOf(layout, stream);
    if (!target) {
      logger.error({ stream }, 'a segment holds rows of a table that this collector does not know');
      return { refusedRows: 0, keep: true };
    }
    const load = decisions.any() ? contentToken(parts) : undefined;
    if (load !== undefined && decisions.has(load)) return takeApart(target, stream, parts, load, undefined);
    const refusal = await loadRows(store, target, parts);
    return refusal ? takeApart(target, stream, parts, contentToken(parts), refusal) : ALL_TAKEN;
  };

  async function takeApart(
    target: RowLayout,
    stream: number,
    parts: readonly Uint8Array[],
    load: string,
    refusal: Refusal | undefined,
  ): Promise<LoadOutcome> {
    const pieces = parts.flatMap((part) => piecesOf(part, target));
    const { length: rowCount } = pieces;
    logger.warn(
      { table: target.table, rows: rowCount, fault: refusal?.fault },
      'the store refuses rows; looking for them',
    );
    const refused = await bisectRows<Refusal>({
      rowCount,
      load: async (from, to) => {
        if (refusal && to - from === rowCount) return refusal;
        return loadRows(
          store,
          target,
          pieces.slice(from, to).map(({ bytes }) => bytes),
        );
      },
      decided: (from, to) => decisions.decided(load, from, to),
      decide: (from, to, decision) => decisions.decide(load, from, to, decision),
    });
    const faults = [...new Set(refused.map((one) => one.refusal.fault))];
    logger.error({ table: target.table, rows: refused.length, faults }, 'the store refused rows; they are kept');
    const kept = stream === EVENTS_STREAM ? await keep(target, pieces, refused) : refused.length === 0;
    return { refusedRows: refused.length, keep: !kept };
  }

  /** @returns whether all of them lie in `rejected` now. */
  async function keep(
    target: RowLayout,
    pieces: readonly Piece[],
    refused: readonly { readonly row: number; readonly refusal: Refusal }[],
  ): Promise<boolean> {
    const rejected = refused.map(({ row, refusal }) => {
      const { bytes, offsets } = pieces[row] as Piece; // bisecting counts these very pieces
      return offsets && keepRefused({ bytes, offsets }, target, refusal);
    });
    const rows = rejected.filter((row): row is RejectedRow => row !== undefined);
    const layout = ROW_LAYOUTS[REJECTED_STREAM] as RowLayout; // the streams are numbered from 0
    const again = rows.length > 0 ? await loadRows(store, layout, [encoder.rejected(rows)]) : undefined;
    return again === undefined && rows.length === refused.length;
  }
}

function piecesOf(part: Uint8Array, { columns }: RowLayout): Piece[] {
  const bytes = Buffer.from(part.buffer, part.byteOffset, part.byteLength);
  const { rows, rest } = splitRows(
    bytes,
    columns.map(({ type }) => type),
  );
  return rest.length > 0 ? [...rows, { bytes: rest }] : [...rows];
}
