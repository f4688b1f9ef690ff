import type { SettingsStore } from './settings.js';

/** The way between a page and the host, with the faults that are switched on. */
export interface Line {
  /** Passes what the page says on. */
  toHost(pass: () => void): void;
  /** Passes what the host says on. */
  toPage(pass: () => void): void;
}

const SLOW_MS = 400;
const DROP_SHARE = 0.2;
/** Of duplicates: soon after the first. */
const COPY_AFTER_MS = 30;

/** @param random - uniform in [0, 1). */
export function createLine(settings: Pick<SettingsStore, 'read'>, random: () => number): Line {
  function carry(pass: () => void): void {
    const { slow, drops, duplicates } = settings.read();
    if (drops && random() < DROP_SHARE) return;
    const delayMs = slow ? SLOW_MS : 0;
    // At once where nothing holds it up: some containers answer within the call.
    if (slow) setTimeout(pass, delayMs);
    else pass();
    if (duplicates) setTimeout(pass, delayMs + COPY_AFTER_MS);
  }
  return {
    toHost: carry,
    toPage(pass) {
      if (!settings.read().dead) carry(pass);
    },
  };
}
