import { newId } from '../browser/random-uuid.js';
import type { Claim } from './outbox.js';
import type { StoredText } from './stored-text.js';

/** Each event of a claim as one of its own. */
export function singles<T extends StoredText>(claim: Claim<T>, now: number): Claim<T>[] {
  return claim.events.map((event) => ({ ...claim, batchId: newId(now), events: [event] }));
}
