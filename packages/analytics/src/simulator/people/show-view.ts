import type { Surface } from '@tidemark/protocol';
import { round4 } from '../market/quotes.js';
import type { World } from '../world.js';
import type { Customer } from './customer.js';
import type { SessionRecorder } from './session-recorder.js';
import { pageOf, SITE, type TemplateName } from './site.js';

/** Of those on native screens, how many of the pages below are H5 in a WebView. */
const EMBEDDED: readonly TemplateName[] = ['news', 'help', 'product'];

/**
 * A view and what is done on it, until its time is up.
 *
 * @param item - the product or article that is shown.
 * @returns where it was shown; undefined when the page is not to be had.
 */
export function showView(
  world: World,
  customer: Customer,
  session: SessionRecorder,
  name: TemplateName,
  item: string | undefined,
  isNative: boolean,
): Surface | undefined {
  const { random, conditions } = world;
  const template = SITE[name];
  const surface = isNative && !(EMBEDDED.includes(name) && random.chance(0.35)) ? 'native' : 'h5';
  if (conditions.isLost(surface, name, session.now)) return undefined;
  const isFirst = session.device.nextSeq === 1;
  session.view(
    template,
    pageOf(template, surface, item),
    surface,
    name === 'product' && item !== undefined ? { productId: item } : undefined,
  );
  const dwellMs = random.logNormal(template.dwellMs * customer.readingPace * (surface === 'h5' ? 1.12 : 1), 0.7);
  if (surface === 'h5') recordVitals(world, session, isFirst);
  session.wait(dwellMs * 0.3);
  for (const module of template.modules) {
    if (random.chance(0.6))
      session.record({ type: 'exposure', module, visibleRatio: 1, visibleMs: random.int(1_000, 8_000) });
  }
  if (random.chance(conditions.errorRatio(surface, session.now))) {
    session.record({
      type: 'error',
      message: random.pick(['Failed to fetch', "Cannot read properties of undefined (reading 'price')"]),
    });
  }
  session.wait(dwellMs * 0.4);
  if (random.chance(surface === 'h5' ? 0.6 : 0.3))
    session.record({ type: 'scroll', depthRatio: Math.round(random.between(10, 100)) / 100 });
  session.wait(dwellMs * 0.3);
  return surface;
}

function recordVitals({ random }: World, session: SessionRecorder, isFirst: boolean): void {
  const slow = session.device.info.networkType === '3g' ? 1.8 : 1;
  const vital = (metric: 'CLS' | 'FCP' | 'INP' | 'LCP' | 'TTFB', value: number) =>
    session.record({ type: 'web_vital', metric, value: metric === 'CLS' ? round4(value) : Math.round(value) });
  if (isFirst || random.chance(0.3)) {
    vital('TTFB', random.logNormal(240 * slow, 0.5));
    vital('FCP', random.logNormal(900 * slow, 0.4));
    vital('LCP', random.logNormal(1_600 * slow, 0.4));
  }
  if (random.chance(0.3)) vital('INP', random.logNormal(110, 0.6));
  if (random.chance(0.2)) vital('CLS', random.logNormal(0.04, 0.9));
}
