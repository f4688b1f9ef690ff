import type { Client } from './client.js';

/** What `init` gives where there is no page (a server render, a worker) or tracking is off. It does nothing. */
export function createNoClient(): Client {
  const nothing = () => undefined;
  return {
    track: nothing,
    page: nothing,
    click: nothing,
    formStart: nothing,
    exposure: nothing,
    conversion: nothing,
    order: nothing,
    identify: nothing,
    alias: nothing,
    reset: nothing,
    consent: nothing,
    flush: async () => undefined,
    health: () => ({
      queued: 0,
      delivered: 0,
      rejected: 0,
      dropped: {},
      storage: 'memory',
      stopped: true,
      consent: 'unknown',
      clock: { steps: 0 },
      requests: [],
    }),
    close: async () => undefined,
  };
}
