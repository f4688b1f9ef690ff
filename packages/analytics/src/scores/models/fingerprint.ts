import type { Table } from '../table/table.js';
import { sha256 } from './sha256.js';
import { utf8Bytes } from './utf8-bytes.js';

/** Tells whether a model was trained on just these columns and rows, in this order; 64 hexadecimal digits. */
export function fingerprintOf(table: Table, labels: Uint8Array): string {
  const digests = table.columns.map((column) => {
    const values =
      column.kind === 'numeric'
        ? bytesOf(column.values)
        : utf8Bytes(Array.from(column.codes, (code) => column.categories[code] ?? '\0').join('\u0001'));
    return `${column.name}:${column.kind}:${sha256(values)}`;
  });
  return sha256(utf8Bytes([...digests, sha256(labels)].join('\n')));
}

/** Least significant byte first on every machine. */
function bytesOf(values: Float64Array): Uint8Array {
  const bytes = new Uint8Array(values.length * 8);
  const view = new DataView(bytes.buffer);
  for (let at = 0; at < values.length; at += 1) {
    const value = values[at] as number; // in range
    view.setFloat64(at * 8, Number.isNaN(value) ? Number.NaN : value, true); // one NaN for all
  }
  return bytes;
}
