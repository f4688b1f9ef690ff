import { type ConsentByPurpose, type ConsentState, PURPOSES, type Purpose } from '@tidemark/protocol';
import { bare } from '../browser/bare.js';
import { readJson, type SmallStorage } from '../browser/small-storage.js';
import type { InitOptions } from './client.js';

/** Whether events may be kept and sent: `unknown` keeps them in memory until the visitor decides. */
export type ConsentGate = ConsentState | 'unknown';

export interface Consent {
  /** What was decided, by the visitor or by signals of the browser; the same object until the next decision. */
  purposes(): ConsentByPurpose;
  gate(): ConsentGate;
  /** @returns the purposes that the protocol knows, of those that were given. */
  decide(purposes: ConsentByPurpose): ConsentByPurpose;
  /** Another tab decided. */
  reload(): void;
}

/**
 * The visitor's decision by purpose; `analytics` is the one that opens and shuts the gate. Global Privacy Control speaks of
 * sale, sharing and targeting, so it denies marketing; Do Not Track, where it is honoured, denies all.
 *
 * @param storage - outlives the page even where consent was denied: a denial must be remembered.
 * @param onGate - called when the gate has opened or shut, before the decision is written down: a tab that reads of a grant is to
 * find whose it is, and a denial makes room for itself.
 * @see W3C, "Global Privacy Control (GPC)", section 2.
 */
export function openConsent(
  storage: SmallStorage,
  options: Pick<InitOptions, 'consent' | 'honourGpc' | 'honourDnt'>,
  onGate: () => void,
): Consent {
  const signalled: ConsentByPurpose =
    options.honourDnt && navigator.doNotTrack === '1'
      ? { analytics: 'denied', marketing: 'denied', risk: 'denied' }
      : (options.honourGpc ?? true) && (navigator as { readonly globalPrivacyControl?: boolean }).globalPrivacyControl
        ? { marketing: 'denied' }
        : {};
  const stored = () => known((readJson(storage, 'consent') ?? {}) as ConsentByPurpose); // only what is known is taken of it
  const read = (): ConsentByPurpose => ({ ...signalled, ...stored() });
  const initial = options.consent ?? 'granted';
  let purposes = read();
  const gate = () => purposes.analytics ?? initial;

  function take(next: ConsentByPurpose): void {
    const before = gate();
    purposes = next;
    if (gate() !== before) onGate();
  }

  return {
    purposes: () => purposes,
    gate,
    decide(given) {
      const decided = known(given);
      try {
        take({ ...purposes, ...decided });
      } finally {
        storage.set('consent', JSON.stringify(bare({ ...stored(), ...decided })));
      }
      return decided;
    },
    reload: () => take(read()),
  };
}

function known(purposes: ConsentByPurpose): ConsentByPurpose {
  const decided: { [P in Purpose]?: ConsentState } = bare({});
  for (const purpose of PURPOSES) {
    const state = purposes[purpose];
    if (state === 'granted' || state === 'denied') decided[purpose] = state;
  }
  return decided;
}
