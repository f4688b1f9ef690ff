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
  let id = storage.get('visitor') ?? '';
  let known = isUuid(id);
  const become = (next: string) => {
    if (!isUuid(next)) return false;
    id = next;
    storage.set('visitor', next);
    return true;
  };
  if (!known) become(newId(now()));
  return {
    id: () => brandId(id),
    isKnown: () => known,
    become,
    renew() {
      known = true;
      become(newId(now()));
    },
  };
}

export function isUuid(text: unknown): text is string {
  return typeof text === 'string' && new RegExp(UUID_PATTERN).test(text);
}
