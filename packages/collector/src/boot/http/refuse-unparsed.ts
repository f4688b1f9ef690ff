import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { PROBLEM_STATUS, type ProblemCode } from '@tidemark/protocol';
import { HttpProblem } from '../../observe/http-problem.js';

/** What is said of a request that never became one. */
const DETAIL = {
  request_timeout: 'The request did not come in time; send it again.',
  headers_too_large: 'Request line and headers are larger than is taken.',
  malformed_request: 'This is no HTTP/1.1 request, or one that could be read in two ways.',
} as const;
const CODE_OF: Readonly<Record<string, keyof typeof DETAIL>> = {
  ERR_HTTP_REQUEST_TIMEOUT: 'request_timeout',
  HPE_HEADER_OVERFLOW: 'headers_too_large',
};

/** Answers in the form of all refusals what Node's parser gave up, and closes the connection. */
export function refuseUnparsed(
  error: NodeJS.ErrnoException,
  socket: Socket,
  countProblem: (code: ProblemCode) => void,
): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return; // nobody is there
  const code = CODE_OF[error.code ?? ''] ?? 'malformed_request';
  countProblem(code);
  if (socket.writable) {
    const status = PROBLEM_STATUS[code];
    const body = JSON.stringify(new HttpProblem(code, DETAIL[code]).body());
    const headers = `Content-Type: application/problem+json\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close`;
    socket.write(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${headers}\r\n\r\n${body}`);
  }
  socket.destroySoon(); // behind the answer
}
