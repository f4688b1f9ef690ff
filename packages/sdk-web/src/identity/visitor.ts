import { brandId, UUID_PATTERN, type VisitorId } from '@tidemark/protocol';
import { newId } from '../browser/random-uuid.js';
import type { SmallStorage } from '../browser/small-storage.js';

/** The device's random id: found again, or made. */
export function openVisitor(storage: SmallStorage, now: () => number): VisitorId {
  const known = storage.get('visitor');
  if (known && new RegExp(UUID_PATTERN).test(known)) return brandId(known);
  const visitorId = newId<VisitorId>(now());
  storage.set('visitor', visitorId);
  return visitorId;
}
