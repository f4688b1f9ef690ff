import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export interface BareServer {
  readonly url: Promise<string>;
  stop(): void;
}

/**
 * A server in a process of its own that does nothing but answer: what it takes is what the machine, and who asks, take. Beside a
 * collector it tells how much of a time is the collector's.
 */
export function startBareServer(): BareServer {
  const child = fork(fileURLToPath(new URL('./bare-server-child.js', import.meta.url)));
  const url = new Promise<string>((resolve, reject) => {
    child.once('message', (address) => resolve(String(address)));
    child.once('exit', () => reject(new Error('the bare server ended early')));
  });
  url.catch(() => undefined); // told to whoever waits for it
  return {
    url,
    stop() {
      if (child.connected) child.disconnect();
    },
  };
}
