import { formatDuration } from './format-table.js';
import type { ProgressStream } from './import/progress-bar.js';
import { bytes } from './render-top.js';

/** What went through of an export, told on a terminal as it goes; nothing at all where the stream is a file or a pipe. */
export interface ExportProgress {
  /** To be told of each piece. */
  add(piece: Uint8Array): void;
  /** Leaves one line that says how much it was. */
  end(): void;
}

const DRAW_EVERY_MS = 200;
const RETURN_AND_ERASE = '\r\u001b[K';
const NEW_LINE = 10;
const QUOTE = 34;

/**
 * Rows are counted where a line is a row: of `jsonl` each, of `csv` those that end outside of quotes, but for the head. Of other
 * formats only bytes are known before the end.
 *
 * @param now - monotonic, milliseconds.
 */
export function createExportProgress(stream: ProgressStream, format: string, now: () => number): ExportProgress {
  const startedMs = now();
  const hasRows = format === 'jsonl' || format === 'csv';
  let [size, lines, drawnMs] = [0, 0, Number.NEGATIVE_INFINITY];
  let isQuoted = false;

  function countLines(piece: Uint8Array): void {
    for (const byte of piece) {
      if (byte === QUOTE && format === 'csv')
        isQuoted = !isQuoted; // a doubled quote turns it twice
      else if (byte === NEW_LINE && !isQuoted) lines++;
    }
  }

  function text(): string {
    const rows = Math.max(0, format === 'csv' ? lines - 1 : lines);
    return `${hasRows ? `${rows.toLocaleString('en-US')} rows, ` : ''}${bytes(size)} in ${formatDuration(now() - startedMs)}`;
  }

  return {
    add(piece) {
      if (stream.isTTY !== true) return;
      size += piece.byteLength;
      if (hasRows) countLines(piece);
      if (now() - drawnMs < DRAW_EVERY_MS) return;
      drawnMs = now();
      stream.write(`${RETURN_AND_ERASE}exporting: ${text()}`);
    },
    end() {
      if (stream.isTTY === true) stream.write(`${RETURN_AND_ERASE}exported: ${text()}\n`);
    },
  };
}
