import { maskPersonalData } from '@tidemark/protocol';
import { encryptAtRest } from './boot/encrypt-at-rest.js';
import { debug } from './debug/debug-panel.js';
import type { ExtraFeatureName } from './script-tag.js';
import { exposures } from './track/exposures.js';
import type { Feature } from './track/feature.js';
import { links } from './track/links.js';
import { touchRhythm } from './track/touch-rhythm.js';
import { transitions } from './track/transitions.js';
import { webVitals } from './track/web-vitals.js';

/*
 * What few pages want, for the global `tidemark` of the script-tag bundle: a second script tag behind its own.
 */

const EXTRA_FEATURES: Readonly<Record<ExtraFeatureName, () => Feature>> = {
  exposures,
  links,
  touchRhythm,
  transitions,
  webVitals,
};

const { tidemark } = window as { tidemark?: { readonly features?: Record<string, () => Feature> } };
if (tidemark?.features) {
  Object.assign(tidemark.features, EXTRA_FEATURES);
  Object.assign(tidemark, EXTRA_FEATURES, { debug, encryptAtRest, maskPersonalData });
} else console.warn('tidemark: the extras come after tidemark.min.js');
