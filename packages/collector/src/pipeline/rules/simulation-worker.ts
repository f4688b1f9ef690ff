import { parentPort, workerData } from 'node:worker_threads';
import { connectStore } from '../../store/connect.js';
import { type SimulationAnswer, type SimulationTask, simulate } from './simulate.js';

/* One simulation in a thread of its own, so that nobody who sends events waits for it. Started by simulate-apart.ts. */

const { store: place, question } = workerData as SimulationTask; // of simulate-apart.ts
const store = connectStore(() => place.address, place.database);
parentPort?.postMessage(await answer());
await store.close();

async function answer(): Promise<SimulationAnswer> {
  try {
    return { kind: 'done', history: await simulate(store, question) };
  } catch (error) {
    const { code } = error as { readonly code?: string };
    return { kind: 'failed', message: error instanceof Error ? error.message : String(error), code };
  }
}
