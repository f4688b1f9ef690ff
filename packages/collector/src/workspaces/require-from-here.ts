import { isIP } from 'node:net';
import type { FastifyRequest } from 'fastify';
import { HttpProblem } from '../observe/http-problem.js';

const FORWARDED = ['forwarded', 'x-forwarded-for', 'x-real-ip', 'via'];

/**
 * Lets pass what was asked on this machine, by the connection itself and never by what a header says. A proxy on this machine speaks
 * for others, so what came through one is not from here.
 *
 * @throws {HttpProblem} `forbidden`.
 */
export function requireFromHere({ socket, headers }: FastifyRequest, what: string): void {
  const address = (socket.remoteAddress ?? '').replace(/^::ffff:/, '');
  const isLoopback = address === '::1' || (isIP(address) === 4 && address.startsWith('127.'));
  if (isLoopback && FORWARDED.every((name) => headers[name] === undefined)) return;
  throw new HttpProblem('forbidden', `${what} for the machine that the collector runs on.`);
}
