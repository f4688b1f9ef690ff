import { type Day, dayOf, nextWorkingDay } from './day.js';
import type { KeyValueStore } from './storage.js';

/** The shop's calendar. T+1 would make a demo wait until tomorrow, so the day can be moved forward. */
export interface Clock {
  today(): Day;
  skipToNextWorkingDay(): void;
}

const SKIPPED_DAYS_KEY = 'quay.skippedDays';

/** Only the shop's own prices and T+1 rule follow this clock; tracked events keep the device's real time. */
export function createClock(store: KeyValueStore, now: () => Date): Clock {
  function skippedDays(): number {
    const stored = Number(store.getItem(SKIPPED_DAYS_KEY));
    return Number.isSafeInteger(stored) && stored > 0 ? stored : 0;
  }
  function today(): Day {
    return dayOf(now()) + skippedDays();
  }
  return {
    today,
    skipToNextWorkingDay() {
      const step = nextWorkingDay(today()) - today();
      store.setItem(SKIPPED_DAYS_KEY, String(skippedDays() + step));
    },
  };
}
