import { createHash } from 'node:crypto';
import type { EpochMs, VisitorId } from '@tidemark/protocol';
import { TidemarkError } from '../../observe/errors.js';
import { isAssetPath } from './asset-extensions.js';
import { visitorIdOf } from './import-ids.js';
import { createInterner } from './intern-strings.js';
import { type LogEntry, parseCombinedLog, type UnparsableReason } from './parse-combined-log.js';
import { splitLines } from './split-lines.js';

/** One parsed line, without what all lines of its visitor share. Texts are shared between records. */
export interface LogRecord {
  /** From 1. */
  readonly lineNumber: number;
  readonly atMs: EpochMs;
  /** A page view; any other line is a request. */
  readonly isView: boolean;
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly bytes: number;
  readonly referrer: string;
}

export interface LogVisitor {
  readonly visitorId: VisitorId;
  /** Empty when it named none. */
  readonly agent: string;
  /** In the order of the file, which need not be the order of time. */
  readonly records: LogRecord[];
}

export interface UnparsableLine {
  /** From 1. */
  readonly lineNumber: number;
  readonly reason: UnparsableReason;
}

/** A log in memory. The addresses of its visitors are gone. */
export interface AccessLog {
  /** sha256 of the file's bytes. */
  readonly fileHash: Uint8Array;
  readonly lineCount: number;
  readonly unparsable: readonly UnparsableLine[];
  /** In the order in which they first appear. */
  readonly visitors: readonly LogVisitor[];
}

/**
 * Reads a combined log to its end. It must be whole in memory before the first event leaves: lines are written when a
 * request ends, so the first event of a session may stand behind others, and ids follow from the hash of all bytes.
 *
 * @param linesMax - a longer log is refused.
 * @throws {TidemarkError} `import_file_unusable`.
 */
export async function readLog(chunks: AsyncIterable<Uint8Array>, linesMax: number): Promise<AccessLog> {
  const hash = createHash('sha256');
  const unparsable: UnparsableLine[] = [];
  const visitors = new Map<string, LogVisitor>();
  const intern = createInterner();
  let lineCount = 0;

  async function* hashed(): AsyncGenerator<Uint8Array> {
    let isFirst = true;
    for await (const chunk of chunks) {
      if (isFirst && chunk[0] === 0x1f && chunk[1] === 0x8b) {
        throw new TidemarkError(
          'import_file_unusable',
          'The file is compressed with gzip: unpack it and import the plain log.',
        );
      }
      isFirst = false;
      hash.update(chunk);
      yield chunk;
    }
  }

  for await (const lines of splitLines(hashed())) {
    for (const line of lines) {
      lineCount++;
      if (lineCount > linesMax) {
        throw new TidemarkError(
          'import_file_unusable',
          `The file has more than ${linesMax} lines, which is as much as an import holds in memory. Nothing was sent. Cut it where no session crosses, at night, and import the parts.`,
        );
      }
      const parsed =
        line === undefined ? ({ kind: 'unparsable', reason: 'too_long' } as const) : parseCombinedLog(line);
      if (parsed.kind === 'unparsable') {
        unparsable.push({ lineNumber: lineCount, reason: parsed.reason });
      } else {
        visitorOf(parsed.entry).records.push(recordOf(parsed.entry, lineCount, intern));
      }
    }
  }
  return { fileHash: hash.digest(), lineCount, unparsable, visitors: [...visitors.values()] };

  function visitorOf({ address, agent }: LogEntry): LogVisitor {
    const key = `${address}\0${agent}`;
    let visitor = visitors.get(key);
    if (visitor === undefined) {
      visitor = { visitorId: visitorIdOf(address, agent), agent: intern(agent), records: [] };
      visitors.set(key, visitor);
    }
    return visitor;
  }
}

function recordOf(entry: LogEntry, lineNumber: number, intern: (text: string) => string): LogRecord {
  return {
    lineNumber,
    atMs: entry.atMs,
    isView: isPageView(entry),
    method: intern(entry.method),
    path: intern(entry.path),
    status: entry.status,
    bytes: entry.bytes,
    referrer: intern(entry.referrer),
  };
}

/** A page was shown: asked for by GET or HEAD, answered with success or "you have it", and no asset. */
function isPageView({ method, status, path }: LogEntry): boolean {
  const isAnswered = (status >= 200 && status <= 299) || status === 304;
  return (method === 'GET' || method === 'HEAD') && isAnswered && !isAssetPath(path);
}
