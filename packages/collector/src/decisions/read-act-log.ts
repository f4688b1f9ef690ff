import { type ActLog, createActLogWriter } from '@tidemark/analytics/scores';
import type { StoreConnection } from '../store/connect.js';
import { ACTS_MAX, readUserActs } from '../store/decisions/user-acts.js';

/** What the users who placed orders did, for a training to learn from what they did of late. */
export async function readActLog(store: StoreConnection, workspaceId: string): Promise<ActLog> {
  const log = createActLogWriter();
  let oldestMs = 0;
  const acts = await readUserActs(store, workspaceId, (row) => {
    const [userId, type, occurredAtMs, receivedAtMs, queueId, orderId, phase] = row;
    log.add({ ...REST, userId, type, occurredAtMs, receivedAtMs, queueId, orderId, phase });
    oldestMs = Math.min(occurredAtMs, receivedAtMs);
  });
  return log.finish(acts < ACTS_MAX ? Number.NEGATIVE_INFINITY : oldestMs);
}

/** Nothing that is learnt from. */
const REST = { eventId: '', seq: 0, sessionId: '', ipPrefix: '', shares: 0, price: 0, currency: '' };
