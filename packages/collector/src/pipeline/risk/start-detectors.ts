import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { TidemarkError } from '../../observe/errors.js';
import type { FromDetectors, ToDetectors } from './detector-words.js';
import {
  type DetectorFigures,
  type RunDetectorsOptions,
  type RunningDetectors,
  runDetectors,
} from './run-detectors.js';
import { createTellNewest } from './tell-newest.js';

type Answer = Extract<FromDetectors, { readonly say: 'done' }>;

const WORKER = new URL('./detector-worker.js', import.meta.url);
const RESTART_MS = 1_000;
/** Under load there is a commit every few milliseconds; a word to the thread and a look at the file cost the same for one as for ten. */
const ADVANCE_EVERY_MS = 20;

/**
 * Runs the detectors in a thread of their own; in this one where the thread's file is not built, which is so in tests alone.
 * A thread that dies is started again and goes on from its last snapshot: what it finds again is told once.
 */
export async function startDetectors(options: RunDetectorsOptions): Promise<RunningDetectors> {
  if (!existsSync(fileURLToPath(WORKER))) return runDetectors(options);
  const asked = new Map<number, { resolve(answer: Answer): void; reject(error: Error): void }>();
  const nothing: DetectorFigures = { events: 0, damagedBytes: 0, evicted: 0, unwatched: 0 };
  let last = 0;
  let { limits } = options;
  const targets = createTellNewest<ToDetectors>((word) => worker?.postMessage(word), ADVANCE_EVERY_MS);
  let isStopping = false;
  let isToGoOn = false;
  let restart: NodeJS.Timeout | undefined;
  let worker: Worker | undefined = open();

  function open(): Worker {
    const one = new Worker(WORKER, { workerData: { directory: options.directory, limits } });
    const tell = (word: ToDetectors) => one.postMessage(word);
    one.on('message', (word: FromDetectors) => {
      switch (word.say) {
        case 'ready':
          if (isToGoOn) tell({ say: 'go_on' });
          return targets.again();
        case 'found':
          return void options.deliver(word.life, word.found).then(
            () => tell({ say: 'kept', number: word.number }),
            () => tell({ say: 'lost', number: word.number }), // found again from the last snapshot
          );
        case 'done': {
          const waiter = asked.get(word.number);
          asked.delete(word.number);
          if (word.fault === undefined) waiter?.resolve(word);
          else waiter?.reject(new TidemarkError('detectors_failed', `the detectors failed: ${word.fault}`));
          return;
        }
        case 'fault':
          return options.onFault(word.fault);
      }
    });
    one.on('error', (error) => options.onFault(String(error)));
    one.on('exit', () => {
      for (const { reject } of asked.values()) {
        reject(new TidemarkError('detectors_failed', 'the thread of the detectors ended; it is started again'));
      }
      asked.clear();
      worker = undefined;
      if (isStopping) return;
      restart = setTimeout(() => {
        worker = open();
      }, RESTART_MS);
    });
    return one;
  }

  function ask(make: (number: number) => ToDetectors): Promise<Answer> {
    last++;
    const word = make(last);
    return new Promise((resolve, reject) => {
      if (!worker) return reject(new TidemarkError('detectors_failed', 'the detectors are being started again'));
      asked.set(last, { resolve, reject });
      targets.flush(); // what is asked is asked of all that was durable before
      worker.postMessage(word);
    });
  }

  return {
    advance: (target) => targets.note({ say: 'advance', target }),
    listening: (refused) => worker?.postMessage({ say: 'listening', refused } satisfies ToDetectors),
    limit(next) {
      limits = next; // for a thread that is yet to be started, too
      worker?.postMessage({ say: 'limit', limits } satisfies ToDetectors);
    },
    learn: async (past) => (await ask((number) => ({ say: 'learn', number, past }))).past,
    goOn() {
      isToGoOn = true; // for a thread that is yet to be started, too
      worker?.postMessage({ say: 'go_on' } satisfies ToDetectors);
    },
    settled: async () => (await ask((number) => ({ say: 'settle', number }))).figures ?? nothing,
    async forget(workspaceId, forms) {
      await ask((number) => ({ say: 'forget', number, workspaceId, forms }));
    },
    async stop() {
      isStopping = true;
      clearTimeout(restart);
      targets.stop();
      await ask((number) => ({ say: 'stop', number })).catch((error: unknown) => options.onFault(String(error)));
      await worker?.terminate();
    },
  };
}
