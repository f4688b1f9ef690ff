import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { LoadReport, LoadRequest } from './generator-protocol.js';

export interface LoadGenerator {
  /** One request at a time. */
  ask(request: LoadRequest): Promise<LoadReport>;
  stop(): void;
}

/** Starts the load generator as a process of its own; it ends with this one. */
export function startGenerator(): LoadGenerator {
  const child = fork(fileURLToPath(new URL('./generator.js', import.meta.url)));
  return {
    ask(request) {
      return new Promise((resolve, reject) => {
        const onExit = () => reject(new Error('the load generator ended early'));
        child.once('exit', onExit);
        child.once('message', (report: LoadReport) => {
          child.off('exit', onExit);
          if (report.kind === 'failed') reject(new Error(`the load generator failed: ${report.message}`));
          else resolve(report);
        });
        child.send(request);
      });
    },
    stop() {
      if (child.connected) child.disconnect();
    },
  };
}
