import { readAnswer } from '@tidemark/protocol';
import { createDevice } from '../load/create-device.js';
import { NO_ANSWER, type PostTarget, postBody } from '../load/post-body.js';
import { integerBetween, type Random } from '../load/random.js';
import { clockMs } from '../process/clock.js';
import { sleep } from '../process/wait-until.js';

export interface DeviceOptions {
  readonly target: PostTarget;
  readonly random: Random;
  /** Takes the ids of events that the collector said are on disk. */
  readonly acknowledged: Set<string>;
  /** After this no new batch is begun; one that was begun is sent until it is acknowledged. */
  readonly isOver: () => boolean;
  /** Whether an answer that came at this moment, `clockMs`, is one; all are unless told. */
  readonly counts?: ((answeredAtMs: number) => Promise<boolean>) | undefined;
}

const RETRY_MS = { low: 20, high: 150 };
const PAUSE_MS = { low: 0, high: 20 };
const SMALL = { low: 1, high: 5 };
const LARGE = { low: 40, high: 400 };
const LARGE_RATIO = 0.3;
/** So often an answer is taken as lost on its way back: the device sends the batch once more. */
const ANSWER_LOST_RATIO = 0.05;

/**
 * A device behaves as the SDK does: one batch under way at a time, the same batch again until an ack names it, and
 * events are forgotten only then.
 *
 * @throws when the collector refuses a batch: nothing that is sent here may be refused.
 */
export async function runDevice(options: DeviceOptions): Promise<void> {
  const { target, random, acknowledged, isOver, counts = async () => true } = options;
  const device = createDevice(random, Date.now());
  while (!isOver()) {
    const size = random() < LARGE_RATIO ? LARGE : SMALL;
    const batch = device.nextBatch(integerBetween(random, size.low, size.high), Date.now());
    const body = Buffer.from(JSON.stringify(batch));
    for (;;) {
      const answer = await postBody(target, body);
      const isAnswered = await counts(clockMs());
      const outcome = readAnswer(isAnswered ? answer : NO_ANSWER, batch.batchId, Date.now());
      if (outcome.kind === 'delivered' && outcome.ack.rejected.length === 0) {
        const { accepted, duplicate } = outcome.ack;
        if (accepted + duplicate !== batch.events.length) throw new Error('an ack does not count all events');
        for (const event of batch.events) acknowledged.add(event.eventId);
        if (random() >= ANSWER_LOST_RATIO) break;
      } else if (outcome.kind !== 'retry') {
        throw new Error(`a batch was not taken: ${outcome.kind}`);
      } else {
        await sleep(integerBetween(random, RETRY_MS.low, RETRY_MS.high));
      }
    }
    await sleep(integerBetween(random, PAUSE_MS.low, PAUSE_MS.high));
  }
}
