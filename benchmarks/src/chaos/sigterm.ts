import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { createRandom, integerBetween } from '../load/random.js';
import { sleep } from '../process/wait-until.js';
import type { TestPlan } from './chaos-test.js';
import type { ChaosResult } from './run-chaos.js';
import { playOnStage, type Stage } from './stage.js';

export interface SigtermResult extends ChaosResult {
  /** How often it ended in which way: an exit code, or the signal that ended it. */
  readonly exits: Readonly<Record<string, number>>;
  readonly slowestExitMs: number;
  readonly faults: readonly string[];
}

/** Some SIGTERMs fall into the start of the engine, some into full work. */
const WAIT_MS = { low: 20, high: 1_200 };
const DEVICES = 12;
const IDLE_CLIENTS = 10;
const EXIT_WITHIN_MS = 10_000;

/** Stops the collector as an operator would at random instants, while devices send and idle clients keep connections. */
export function runSigterm(plan: TestPlan): Promise<SigtermResult> {
  const random = createRandom(plan.seed);
  return playOnStage(plan, {}, (stage) =>
    stage.amongDevices(DEVICES, async (acked) => {
      const exits: Record<string, number> = {};
      let slowestExitMs = 0;
      for (let stop = 1; stop <= plan.n; stop++) {
        await sleep(integerBetween(random, WAIT_MS.low, WAIT_MS.high));
        const idle = await openIdleClients(stage);
        const { how, ms } = await stage.terminate();
        exits[how] = (exits[how] ?? 0) + 1;
        slowestExitMs = Math.max(slowestExitMs, ms);
        for (const socket of idle) socket.destroy();
        await stage.startAgain();
        plan.onProgress(`SIGTERM ${stop} of ${plan.n}: ${how} after ${ms} ms, ${acked()} events so far`);
      }
      const faults: string[] = [];
      if (exits[0] !== plan.n) faults.push(`${plan.n - (exits[0] ?? 0)} of ${plan.n} did not end with 0`);
      if (slowestExitMs > EXIT_WITHIN_MS) faults.push(`it took ${slowestExitMs} ms to end`);
      return { exits, slowestExitMs, faults };
    }),
  );
}

/** Clients that have had an answer and keep their connection; one listens to the live stream. */
async function openIdleClients({ port, readKey }: Stage): Promise<Socket[]> {
  const listen = `GET /v1/live HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${readKey}\r\n\r\n`;
  const greet = 'GET /livez HTTP/1.1\r\nHost: a\r\n\r\n';
  return Promise.all(
    Array.from({ length: IDLE_CLIENTS }, async (_, index) => {
      const socket = connect(port, '127.0.0.1');
      socket.write(index === 0 ? listen : greet);
      await once(socket, 'data');
      socket.on('error', () => undefined).resume();
      return socket;
    }),
  );
}
