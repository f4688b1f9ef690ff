import { PROTOCOL_VERSION } from '@tidemark/protocol';
import type { ShellStage } from './shell-stage.js';

/** Between two batches, for what the last one left to be done. */
const REST_MS = 30;

/**
 * Milliseconds of the page's thread for each of so many batches: from the call that hands one over until the container has
 * it, and from the container's call with the ack until its sender knows. What the host does between is not the page's.
 */
export async function timeCrossings(stage: ShellStage, rounds: number, events: number): Promise<number[]> {
  const page = stage.webView.page();
  if (!page?.carrier || !page.bridgeHealth?.().connected) throw new Error('the page is not connected');
  const queueId = crypto.randomUUID();
  const timed: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const batchId = crypto.randomUUID();
    const json = batchJson(stage, { batchId, queueId, firstSeq: 1 + round * events, events });
    const beganAt = performance.now();
    const outcome = await page.carrier.post(batchId, json, () => true);
    const endedAt = performance.now();
    if (outcome.kind !== 'delivered') throw new Error(`a batch was not taken: ${outcome.kind}`);
    const { handedAt, heardAt } = stage.crossing();
    if (handedAt < beganAt) throw new Error('a batch did not go by the bridge');
    timed.push(handedAt - beganAt + (endedAt - heardAt));
    await new Promise((resolve) => setTimeout(resolve, REST_MS));
  }
  return timed;
}

interface Batch {
  readonly batchId: string;
  readonly queueId: string;
  readonly firstSeq: number;
  readonly events: number;
}

/** As a page's sender writes it, of events of the usual length. */
function batchJson({ settings }: ShellStage, { batchId, queueId, firstSeq, events }: Batch): string {
  const now = Date.now();
  const context = {
    queueId,
    device: { screenWidth: 390, screenHeight: 844, locale: 'zh-CN', timeZone: 'Asia/Shanghai' },
    appId: settings.appId,
    surface: 'h5',
    sdk: { name: 'sdk-web', version: '0.1.0' },
    visitorId: crypto.randomUUID(),
    sessionId: crypto.randomUUID(),
    sessionStartedAt: now,
  };
  const list = Array.from({ length: events }, (_, index) => ({
    seq: firstSeq + index,
    eventId: crypto.randomUUID(),
    occurredAt: now,
    monotonicMs: index,
    logicalMs: now,
    logicalCount: index,
    page: '/product/P30',
    viewId: crypto.randomUUID(),
    type: 'custom',
    name: 'crossing',
    props: { n: firstSeq + index, list: 'recommended', position: index },
  }));
  return JSON.stringify({ v: PROTOCOL_VERSION, batchId, sentAt: now, context, events: list });
}
