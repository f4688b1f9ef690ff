import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { LoadReport, LoadRequest, SentBatch } from './generator-protocol.js';

type RequestOf<Kind> = LoadRequest & { readonly kind: Kind };

export interface LoadGenerator {
  /** One request at a time, as the other. */
  prepare(request: Omit<RequestOf<'prepare'>, 'kind'>): Promise<void>;
  send(request: Omit<RequestOf<'send'>, 'kind'>): Promise<readonly SentBatch[]>;
  stop(): void;
}

/** Starts the load generator as a process of its own; it ends with this one. */
export function startGenerator(): LoadGenerator {
  const child = fork(fileURLToPath(new URL('./generator.js', import.meta.url)));

  function ask(request: LoadRequest): Promise<LoadReport> {
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
  }

  return {
    async prepare(request) {
      await ask({ kind: 'prepare', ...request });
    },
    async send(request) {
      const report = await ask({ kind: 'send', ...request });
      return report.kind === 'sent' ? report.batches : [];
    },
    stop() {
      if (child.connected) child.disconnect();
    },
  };
}
