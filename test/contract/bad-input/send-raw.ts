import { connect } from 'node:net';

/** Nothing more comes after so long a silence behind an answer. */
const QUIET_MS = 150;
/** Whoever has not answered by then waits for more, and is told that there is none. */
const PATIENCE_MS = 3_000;

/** Sends bytes as they stand. @returns the statuses of all answers to them, without 1xx. */
export function sendRaw(url: string, bytes: string): Promise<number[]> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve) => {
    let answer = '';
    const socket = connect({ host: hostname, port: Number(port) }, () => socket.write(bytes, 'latin1'));
    socket.setTimeout(PATIENCE_MS, () => {
      if (answer === '' && !socket.writableEnded) socket.end();
      else socket.destroy();
    });
    socket.setEncoding('latin1');
    socket.on('data', (chunk: string) => {
      answer += chunk;
      socket.setTimeout(QUIET_MS);
    });
    socket.on('error', () => undefined); // closed in our face: an answer, too
    socket.on('close', () => {
      const statuses = [...answer.matchAll(/^HTTP\/1\.1 (\d{3}) /gm)].map(([, status]) => Number(status));
      resolve(statuses.filter((status) => status >= 200));
    });
  });
}
