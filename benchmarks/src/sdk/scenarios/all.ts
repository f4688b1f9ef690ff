import type { Scenario } from '../scenario.js';
import { collectorDown } from './bad-collector.js';
import { clockStep } from './clock-step.js';
import { burst, eightTabs, twoTabs } from './crowded.js';
import { crashedRenderer, killedBrowser } from './killed.js';
import { leave } from './leave.js';
import { offline15s, offline30s, onLineLies, reloadWhileOffline } from './offline.js';
import { powerCut } from './power-cut.js';
import { steady } from './steady.js';
import { flapping, weak } from './weak.js';

/** Long ones first: the short ones then fill what is left of the time. */
export const SCENARIOS: readonly Scenario[] = [
  weak,
  flapping,
  collectorDown,
  offline30s,
  offline15s,
  ...killedBrowser,
  ...crashedRenderer,
  burst,
  eightTabs,
  ...onLineLies,
  reloadWhileOffline,
  powerCut,
  twoTabs,
  clockStep,
  ...leave,
  steady,
];
