import { type CandidateFlag, makeFlag } from './flag.js';
import type { Automation, RiskEvent } from './risk-event.js';

const VERSION = 1;
const DAY_MS = 86_400_000;

const WORDS: Readonly<Record<Automation, string>> = {
  declared_bot: 'The agent says that it is a program.',
  headless: 'The browser runs without a window.',
  webdriver: 'The browser says that a program drives it.',
};

/**
 * Tells devices that say themselves that a program is at work, once a day each.
 *
 * @param toldMs - when this device was last told; -1 for never.
 */
export function findAutomation(toldMs: number, event: RiskEvent): CandidateFlag | undefined {
  const { automation, atMs } = event;
  if (!automation || (toldMs >= 0 && Math.abs(atMs - toldMs) < DAY_MS)) return undefined;
  return makeFlag(
    {
      kind: 'bot',
      entityKind: 'device',
      entityId: event.deviceId,
      firstMs: atMs,
      lastMs: atMs,
      windowMs: DAY_MS,
      // Nobody's browser says so by chance; developers' do.
      surprise: Math.log(1e5),
      evidence: [
        { metric: 'signs of automation', observed: 1, expectedLow: 0, expectedHigh: 0, baselineSpanMs: 0, n: 1 },
      ],
      reasons: [{ code: `automation_${automation}`, text: WORDS[automation] }],
    },
    VERSION,
  );
}
