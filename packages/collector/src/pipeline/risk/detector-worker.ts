import { parentPort, workerData } from 'node:worker_threads';
import type { FromDetectors, ToDetectors } from './detector-words.js';
import { readPast } from './read-past.js';
import { type RunDetectorsOptions, runDetectors } from './run-detectors.js';

/* The detectors in a thread of their own, so that nobody who sends events waits for them. Started by start-detectors.ts. */

const port = parentPort;
if (!port) throw new Error('detector-worker runs as a worker thread only');
const say = (word: FromDetectors): void => port.postMessage(word);
const waiting = new Map<number, { readonly kept: () => void; readonly lost: (error: Error) => void }>();
let last = 0;

const detectors = await runDetectors({
  ...(workerData as Pick<RunDetectorsOptions, 'directory' | 'limits'>), // of start-detectors.ts
  now: () => performance.now(),
  clock: Date.now,
  readPast,
  onFault: (fault) => say({ say: 'fault', fault }),
  deliver: (life, found) =>
    new Promise((kept, lost) => {
      last++;
      waiting.set(last, { kept, lost });
      say({ say: 'found', number: last, life, found });
    }),
});

async function answer(number: number, work: () => Promise<object | undefined>): Promise<void> {
  try {
    say({ say: 'done', number, ...(await work()) });
  } catch (error) {
    say({ say: 'done', number, fault: String(error) });
  }
}

port.on('message', (word: ToDetectors) => {
  switch (word.say) {
    case 'advance':
      return detectors.advance(word.target);
    case 'listening':
      return detectors.listening(word.refused);
    case 'limit':
      return detectors.limit(word.limits);
    case 'kept':
      waiting.get(word.number)?.kept();
      waiting.delete(word.number);
      return;
    case 'lost':
      waiting.get(word.number)?.lost(new Error('the collector stops'));
      waiting.delete(word.number);
      return;
    case 'learn':
      return void answer(word.number, async () => {
        const past = await detectors.learn(word.past);
        return past && { past };
      });
    case 'go_on':
      return detectors.goOn();
    case 'settle':
      return void answer(word.number, async () => ({ figures: await detectors.settled() }));
    case 'forget':
      return void answer(word.number, async () => void (await detectors.forget(word.workspaceId, word.forms)));
    case 'stop':
      return void answer(word.number, async () => void (await detectors.stop()));
  }
});
say({ say: 'ready' });
