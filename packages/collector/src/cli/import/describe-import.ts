import { printable } from '../printable.js';
import type { ImportResult } from './import-file.js';

/** So many lines and events are named one by one; the rest are counted. */
const NAMED_MAX = 20;

const NO_SUCH_LOG =
  'No line could be read: the combined format has address, identity, user, [time], "request", status, bytes, "referrer" and "user agent".';

/** Whether the file was a log at all; not that of an empty one. */
export function isUnreadable({ lines, unparsable }: ImportResult): boolean {
  return lines > 0 && unparsable.length === lines;
}

/** What an import did, for a person: one text, several lines. What it says of the log's lines holds no control characters. */
export function describeImport(result: ImportResult): string {
  const { lines, unparsable, rejected } = result;
  const parsed = lines - unparsable.length;
  const text = [
    `${count(lines, 'line')}: ${count(parsed, 'request')} read, ${count(unparsable.length, 'unparsable line')}`,
    `${count(result.visitors, 'visitor')}, ${count(result.sessions, 'session')}, ${count(result.pageViews, 'page view')}, ${count(result.requests, 'other request')}${spanOf(result)}`,
    `${count(result.events, 'event')} sent: ${result.accepted} accepted, ${result.duplicate} already there, ${rejected.length} rejected`,
    ...(isUnreadable(result) ? [NO_SUCH_LOG] : []),
    ...named(
      'Unparsable',
      unparsable.map(({ lineNumber, reason }) => `line ${lineNumber}: ${reason}`),
    ),
    ...named(
      'Rejected',
      rejected.map(({ lineNumber, type, reason, field }) => `line ${lineNumber}: ${type} ${reason} ${field}`.trimEnd()),
    ),
  ];
  return `${text.join('\n')}\n`;
}

function count(amount: number, what: string): string {
  return `${amount} ${what}${amount === 1 ? '' : 's'}`;
}

function spanOf({ firstAt, lastAt }: ImportResult): string {
  if (firstAt === undefined || lastAt === undefined) return '';
  return `, from ${new Date(firstAt).toISOString()} to ${new Date(lastAt).toISOString()}`;
}

function named(title: string, names: readonly string[]): string[] {
  if (names.length === 0) return [];
  const rest = names.length - NAMED_MAX;
  return [
    `${title}:`,
    ...names.slice(0, NAMED_MAX).map((name) => `  ${printable(name)}`),
    ...(rest > 0 ? [`  and ${rest} more`] : []),
  ];
}
