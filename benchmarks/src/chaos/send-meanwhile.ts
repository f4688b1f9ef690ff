import { Agent } from 'node:http';
import { createRandom } from '../load/random.js';
import { readKeys } from '../process/start-collector.js';
import { runDevice } from './run-device.js';

export interface SendOptions {
  readonly collector: { readonly url: string };
  /** The collector's, for its keys. */
  readonly dataDirectory: string;
  readonly seed: number;
  readonly devices?: number;
  /** As of `runDevice`. */
  readonly counts?: ((answeredAtMs: number) => Promise<boolean>) | undefined;
}

const DEVICES = 12;

/**
 * Devices send without a pause while the work is done, and bring what is under way to its end.
 *
 * @param work - is given how many events were acknowledged so far.
 * @returns the ids of all events that were acknowledged, kept outside of the collector's process.
 */
export async function sendMeanwhile<T>(
  { collector, dataDirectory, seed, devices: count = DEVICES, counts }: SendOptions,
  work: (acked: () => number) => Promise<T>,
): Promise<{ readonly acknowledged: ReadonlySet<string>; readonly disturbance: T }> {
  const agent = new Agent({ keepAlive: true });
  const target = { agent, url: collector.url, writeKey: readKeys(dataDirectory).writeKey, gzip: false };
  const acknowledged = new Set<string>();
  let over = false;
  try {
    const devices = Promise.all(
      Array.from({ length: count }, (_, index) =>
        runDevice({ target, random: createRandom(seed + 1 + index), acknowledged, isOver: () => over, counts }),
      ),
    );
    // A device that gives up ends the run at once, not after the last disturbance.
    const disturbance = await Promise.race([work(() => acknowledged.size), devices.then(() => never<T>())]);
    over = true;
    await devices;
    return { acknowledged, disturbance };
  } finally {
    over = true;
    agent.destroy();
  }
}

function never<T>(): Promise<T> {
  return new Promise(() => undefined);
}
