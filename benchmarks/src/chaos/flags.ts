import { mkdtemp, rm } from 'node:fs/promises';
import { Agent, type IncomingMessage, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type RiskFlag, readAnswer } from '@tidemark/protocol';
import { clockworkDevice } from '../load/clockwork.js';
import { listenFlags } from '../load/listen-flags.js';
import type { Listening } from '../load/listen-stream.js';
import { postBody } from '../load/post-body.js';
import { createRandom, integerBetween } from '../load/random.js';
import { FLAGS_MOST, tellAllFlags } from '../load/tell-all-flags.js';
import { readKeys } from '../process/start-collector.js';
import { sleep, waitUntil } from '../process/wait-until.js';
import type { TestPlan } from './chaos-test.js';
import { tendCollector } from './tended-collector.js';

export interface FlagsResult {
  readonly kills: number;
  /** Devices whose acknowledged events must raise a flag. */
  readonly expected: number;
  /** Of these, flags that a listener who came back with its last event id was never told. */
  readonly missed: number;
  /** Devices that were flagged under more than one id, or counted more often than once. */
  readonly doubled: number;
  readonly seed: number;
}

const WAIT_MS = { low: 50, high: 2_000 };
const PAUSE_MS = 30;
const RETRY_MS = 50;
const WITHIN_MS = 120_000;

/**
 * Kills the collector while devices that must be flagged send, with one listener that comes back to where it was and one that
 * never reads a byte.
 */
export async function runFlags(plan: TestPlan): Promise<FlagsResult> {
  const random = createRandom(plan.seed);
  const directory = await mkdtemp(join(tmpdir(), 'tidemark-flags-'));
  const collector = await tendCollector(directory);
  const agent = new Agent({ keepAlive: true });
  try {
    const { url } = collector;
    const { writeKey, readKey, secretKey } = readKeys(directory);
    await tellAllFlags(url, secretKey);
    const told = new Map<string, { readonly ids: Set<string>; count: number }>();
    const expected = new Set<string>();
    let isOver = false;

    async function follow(): Promise<void> {
      let lastEventId = '';
      while (!isOver) {
        const stream: Listening<RiskFlag> | undefined = await listenFlags(url, readKey, {
          ...(lastEventId === '' ? { query: '?cursor=' } : { lastEventId }),
        }).catch(() => undefined);
        if (!stream) {
          await sleep(RETRY_MS);
          continue;
        }
        const ending = setInterval(() => isOver && stream.close(), RETRY_MS);
        await stream.ended;
        clearInterval(ending);
        for (const { id, value: flag } of stream.messages) {
          lastEventId = id;
          note(flag.entity.id, flag.flagId, flag.count);
        }
      }
    }
    function note(entityId: string, flagId: string, count: number): void {
      const known = told.get(entityId) ?? { ids: new Set<string>(), count: 0 };
      known.ids.add(flagId);
      known.count = Math.max(known.count, count);
      told.set(entityId, known);
    }

    async function send(): Promise<void> {
      for (let n = 0; n < FLAGS_MOST && !isOver; n++) {
        const batch = clockworkDevice(random, Date.now());
        const body = Buffer.from(JSON.stringify(batch));
        while (!isOver) {
          const outcome = readAnswer(
            await postBody({ agent, url, writeKey, gzip: false }, body),
            batch.batchId,
            Date.now(),
          );
          if (outcome.kind === 'delivered') {
            expected.add(batch.context.visitorId);
            break;
          }
          await sleep(RETRY_MS);
        }
        await sleep(PAUSE_MS);
      }
    }

    const following = follow();
    const sending = send();
    for (let kill = 1; kill <= plan.n; kill++) {
      const deaf = neverRead(url, readKey);
      await sleep(integerBetween(random, WAIT_MS.low, WAIT_MS.high));
      await collector.killAndRestart();
      deaf.destroy();
      plan.onProgress(`kill ${kill} of ${plan.n}: ${expected.size} devices acknowledged so far`);
    }
    await sleep(WAIT_MS.high);
    isOver = true;
    await sending;
    await following;
    await collector.drained();
    // What the listener had not heard when it left, by its own last cursor: it comes back once more.
    isOver = false;
    const last = follow();
    const after = await listenFlags(url, readKey, { query: '?cursor=' });
    const wanted = () =>
      [...expected].filter((id) => !told.has(id) && !after.messages.some(({ value: flag }) => flag.entity.id === id));
    await waitUntil(() => wanted().length === 0, WITHIN_MS, RETRY_MS);
    await sleep(RETRY_MS * 2);
    isOver = true;
    await last;
    after.close();
    await after.ended;
    const missed = [...expected].filter((id) => !told.has(id)).length;
    const doubled = [...expected].filter(
      (id) => (told.get(id)?.ids.size ?? 1) > 1 || (told.get(id)?.count ?? 1) > 1,
    ).length;
    await collector.drainAndStop();
    return { kills: plan.n, expected: expected.size, missed, doubled, seed: plan.seed };
  } finally {
    agent.destroy();
    collector.destroy();
    await rm(directory, { recursive: true, force: true });
  }
}

/** A listener that opens the stream and takes nothing from it. */
function neverRead(url: string, readKey: string): { destroy(): void } {
  const asked = request(`${url}/v1/flags/stream?cursor=`, { headers: { authorization: `Bearer ${readKey}` } });
  asked.on('response', (answer: IncomingMessage) => answer.pause());
  asked.on('error', () => undefined); // it is killed with the collector
  asked.end();
  return { destroy: () => void asked.destroy() };
}

export function isGoodFlags({ expected, missed, doubled }: FlagsResult): boolean {
  return expected > 0 && missed === 0 && doubled === 0;
}
