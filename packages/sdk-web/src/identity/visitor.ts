import { brandId, UUID_PATTERN, type VisitorId } from '@tidemark/protocol';
import { newId } from '../browser/random-uuid.js';
import type { SmallStorage } from '../browser/small-storage.js';

/** The device's random id. */
export interface Visitor {
  id(): VisitorId;
  /** Whether it was found, or made on purpose: not because the browser forgot the one before. */
  isKnown(): boolean;
  /** Takes that id from here on. @returns whether it is one. */
  become(id: string): boolean;
  /** Somebody else, or somebody who is not to be known again. */
  renew(): void;
}

export function openVisitor(storage: SmallStorage, now: () => number): Visitor {
  const stored = storage.get('visitor');
  let known = isUuid(stored);
  let id = isUuid(stored) ? brandId<VisitorId>(stored) : newId<VisitorId>(now());
  const take = (next: VisitorId) => {
    id = next;
    storage.set('visitor', next);
  };
  if (!known) take(id);
  return {
    id: () => id,
    isKnown: () => known,
    become(next) {
      if (!isUuid(next)) return false;
      take(brandId(next));
      return true;
    },
    renew() {
      known = true;
      take(newId(now()));
    },
  };
}

function isUuid(text: string | undefined): text is string {
  return text !== undefined && new RegExp(UUID_PATTERN).test(text);
}
