import { appEvents } from './app-events.js';
import type { Client } from './client.js';
import { createCounters } from './counters.js';
import { createGuard } from './guard.js';

/** What `init` gives where there is no page (a server render, a worker) or tracking is off. It does nothing. */
export function createNoClient(): Client {
  const nothing = () => undefined;
  return {
    ...appEvents(nothing, createGuard(nothing)),
    page: nothing,
    identify: nothing,
    reset: nothing,
    consent: nothing,
    flush: async () => undefined,
    health: () => ({
      queued: 0,
      ...createCounters().read(),
      storage: 'memory',
      stopped: true,
      consent: 'unknown',
      clock: { steps: 0 },
    }),
    close: async () => undefined,
  };
}
