import { checksum } from './checksum.js';

/** One write of the log. */
export type Entry =
  /** Records from this key on. */
  | readonly ['add', number, readonly string[]]
  | readonly ['remove', readonly number[]]
  | readonly ['text', string, string]
  /** The next key: of a log whose last records are gone. */
  | readonly ['next', number];

/**
 * A line of ASCII: length, checksum, JSON. Each stands for itself, so that one that was torn or went bad costs no other; and
 * a file that ends inside of a character of several bytes is still a text.
 */
export function writeFrame(entry: Entry): string {
  const json = JSON.stringify(entry).replace(/[\u007f-\uffff]/g, escapeUnit);
  return `${json.length} ${checksum(json)} ${json}\n`;
}

function escapeUnit(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** @returns what is whole, in its order, and how many lines were not. */
export function readFrames(log: string): { readonly entries: readonly Entry[]; readonly damaged: number } {
  const entries: Entry[] = [];
  let damaged = 0;
  for (let from = 0; from < log.length; ) {
    const end = log.indexOf('\n', from);
    const entry = end < 0 ? undefined : readFrame(log.slice(from, end));
    if (entry) entries.push(entry);
    else damaged++;
    from = end < 0 ? log.length : end + 1;
  }
  return { entries, damaged };
}

function readFrame(line: string): Entry | undefined {
  const [, length, sum, json = ''] = /^(\d+) ([0-9a-f]{8}) (.*)$/.exec(line) ?? [];
  if (Number(length) !== json.length || sum !== checksum(json)) return undefined;
  return JSON.parse(json) as Entry; // the checksum says that `writeFrame` wrote it
}
