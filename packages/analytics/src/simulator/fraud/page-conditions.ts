import type { EpochMs, Surface } from '@tidemark/protocol';
import type { TemplateName } from '../people/site.js';
import type { Random } from '../random.js';
import { DAY_MS, HOUR_MS } from '../settings.js';
import type { AnomalyTruth } from '../truth.js';
import type { Conditions } from '../world.js';
import { isWithin, SOUND_APP, type Window } from './create-conditions.js';

/** Pages must be known for a week until one is missed. */
const CALM_DAYS = 8;
const HOURS = 4;
const HOUR = 12;
/** What breaks, day after day: on each surface, on one day a page that is not to be had, on the next one that leads nowhere. */
const BREAKS = [
  { surface: 'h5', detail: 'page_flat', pages: ['list', 'product', 'account', 'news'] },
  { surface: 'native', detail: 'page_drop', pages: ['home', 'list', 'product', 'account'] },
  { surface: 'native', detail: 'page_flat', pages: ['list', 'product', 'account'] },
  { surface: 'h5', detail: 'page_drop', pages: ['home', 'list', 'product', 'account'] },
] as const satisfies readonly {
  readonly surface: Surface;
  readonly detail: string;
  readonly pages: readonly TemplateName[];
}[];
/** What is lawful: articles are taken out of the native app within so many days, and come back. */
const FADE_EVERY_DAYS = 16;
const FADES_FROM_DAY = 9;
const FADE_DAYS = 5;
const FADED_DAYS = 3;
/** And a campaign ends when it is over. */
const CAMPAIGN_EVERY_DAYS = 9;
const CAMPAIGN_DAYS = 4;

interface Broken extends Window {
  readonly surface: Surface;
  readonly detail: string;
  readonly page: TemplateName;
}

/** Page after page breaks: one that is not to be had, one that leads nowhere. Nothing else is wrong. */
export function createPageConditions(
  random: Random,
  startAt: EpochMs,
  endAt: EpochMs,
  label: (anomaly: AnomalyTruth) => void,
): Conditions {
  const days = Math.round((endAt - startAt) / DAY_MS);
  const broken: Broken[] = [];
  for (let day = CALM_DAYS; day < days; day++) {
    const from = startAt + day * DAY_MS + HOUR * HOUR_MS;
    for (const { surface, detail, pages } of day % 2 === 0 ? BREAKS.slice(0, 2) : BREAKS.slice(2)) {
      broken.push({ from, to: from + HOURS * HOUR_MS, surface, detail, page: random.pick<TemplateName>(pages) });
    }
  }
  for (const { from, to, surface, detail, page } of broken) {
    label({ kind: 'funnel_break', detail, from, to, surface, page });
  }
  const isBroken = (detail: string, surface: Surface, page: TemplateName, at: EpochMs) =>
    broken.some((one) => one.page === page && one.surface === surface && one.detail === detail && isWithin(at, one));
  return {
    ...SOUND_APP,
    isLost: (...where) => isBroken('page_flat', ...where),
    isDeadEnd: (...where) => isBroken('page_drop', ...where),
    linkFactor(surface, page, at) {
      const day = (at - startAt) / DAY_MS;
      if (page === 'campaign') return day % CAMPAIGN_EVERY_DAYS > CAMPAIGN_EVERY_DAYS - CAMPAIGN_DAYS ? 1 : 0;
      return page === 'news' && surface === 'native' ? fadedTo(day) : 1;
    },
  };
}

function fadedTo(day: number): number {
  const since = (day - FADES_FROM_DAY) % FADE_EVERY_DAYS;
  return since < 0 || since > FADE_DAYS + FADED_DAYS ? 1 : Math.max(0, 1 - since / FADE_DAYS);
}
