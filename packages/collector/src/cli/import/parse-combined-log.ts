import { type EpochMs, LIMITS } from '@tidemark/protocol';
import { parseLogTime } from './parse-log-time.js';
import { parseRequestLine } from './parse-request-line.js';

/**
 * One answered request. Texts stand as the log wrote them, with its escapes (`\"`, `\xe4`): they stand for bytes that
 * may be text in no encoding.
 */
export interface LogEntry {
  readonly atMs: EpochMs;
  /** The client's address; only a hash of it leaves this program. */
  readonly address: string;
  /** Empty when the client named none. */
  readonly agent: string;
  /** Empty, like `path`, when the request line was malformed. */
  readonly method: string;
  readonly path: string;
  readonly status: number;
  /** Size of the answer without its headers, bytes; 0 when nothing was sent. */
  readonly bytes: number;
  /** Empty when there was none. */
  readonly referrer: string;
}

/** Why a line could not be read: what is missing or wrong first, from left to right. */
export type UnparsableReason =
  | 'empty'
  | 'too_long'
  | 'no_address'
  | 'no_time'
  | 'bad_time'
  | 'time_out_of_range'
  | 'no_request'
  | 'no_status'
  | 'no_referrer'
  | 'no_agent'
  | 'text_after_agent';

export type ParsedLine =
  | { readonly kind: 'entry'; readonly entry: LogEntry }
  | { readonly kind: 'unparsable'; readonly reason: UnparsableReason };

/** Address, identity and user; the user may hold spaces. */
const CLIENT = /^(\S+) \S+ \S.* $/;
/** The first bracket that is followed by a quote: Apache escapes quotes in the user's name, so a user cannot forge it. */
const TIME = /\[([^\]]{0,64})\] "/;
const STATUS_AND_BYTES = / (\d{3}) (\d{1,15}|-)(?= |$)/y;

/**
 * Reads one line of the combined log format: `%h %l %u %t "%r" %>s %b "%{Referer}i" "%{User-agent}i"`, nothing more.
 * A line with text after the agent is refused, not trimmed: it may be two lines that were written into each other.
 * Who logs more fields cuts them off first.
 *
 * @param line - without its line end.
 * @see Apache HTTP Server 2.4, "Log Files", Combined Log Format.
 */
export function parseCombinedLog(line: string): ParsedLine {
  if (line.trim() === '') return unparsable('empty');
  const time = TIME.exec(line);
  if (time === null) return unparsable('no_time');
  const address = CLIENT.exec(line.slice(0, time.index))?.[1];
  if (address === undefined) return unparsable('no_address');
  const atMs = parseLogTime(time[1] ?? '');
  if (atMs === undefined) return unparsable('bad_time');
  if (atMs < LIMITS.occurredAtMinMs || atMs >= LIMITS.occurredAtMaxMs) return unparsable('time_out_of_range');

  const request = readQuoted(line, time.index + time[0].length - 1);
  if (request === undefined) return unparsable('no_request');
  STATUS_AND_BYTES.lastIndex = request.end;
  const answer = STATUS_AND_BYTES.exec(line);
  if (answer === null) return unparsable('no_status');
  const referrer = readQuoted(line, STATUS_AND_BYTES.lastIndex + 1);
  if (referrer === undefined) return unparsable('no_referrer');
  const agent = readQuoted(line, referrer.end + 1);
  if (agent === undefined) return unparsable('no_agent');
  if (agent.end !== line.length) return unparsable('text_after_agent');

  return {
    kind: 'entry',
    entry: {
      atMs,
      address,
      agent: dashIsNone(agent.text),
      ...parseRequestLine(request.text),
      status: Number(answer[1]),
      bytes: answer[2] === '-' ? 0 : Number(answer[2]),
      referrer: dashIsNone(referrer.text),
    },
  };
}

function unparsable(reason: UnparsableReason): ParsedLine {
  return { kind: 'unparsable', reason };
}

/** The text between the quote at `open` and the next quote that is not escaped; `end` is behind that one. */
function readQuoted(line: string, open: number): { text: string; end: number } | undefined {
  if (line[open] !== '"') return undefined;
  for (let close = line.indexOf('"', open + 1); close !== -1; close = line.indexOf('"', close + 1)) {
    let backslashes = 0;
    while (line[close - 1 - backslashes] === '\\') backslashes++;
    if (backslashes % 2 === 0) return { text: line.slice(open + 1, close), end: close + 1 };
  }
  return undefined;
}

function dashIsNone(text: string): string {
  return text === '-' ? '' : text;
}
