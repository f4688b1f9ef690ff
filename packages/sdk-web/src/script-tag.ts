import type { Client, InitOptions } from './boot/client.js';
import { init } from './boot/init.js';
import { remoteConfig } from './boot/remote-config.js';
import type * as tidemark from './index.js';
import { type PageOptions, replayStub, type StartClient, type Stub } from './replay-stub.js';
import { campaigns } from './track/campaigns.js';
import { clicks } from './track/clicks.js';
import { errors } from './track/errors.js';
import type { Feature } from './track/feature.js';
import { formStarts } from './track/form-starts.js';
import { scrollDepth } from './track/scroll-depth.js';

/*
 * The entry of the script-tag bundle: `init` and the features that most pages want under the global `tidemark`; what few
 * want is in `script-tag-extras`. A page that has the snippet finds its calls made; its objects go on working.
 */

/** What is public and makes a feature: none may be missing, here or in the extras. */
type FeatureName = {
  [N in keyof typeof tidemark]: (typeof tidemark)[N] extends (...args: never) => Feature ? N : never;
}[keyof typeof tidemark];

/** Of those, what the extras bring. */
export type ExtraFeatureName = 'exposures' | 'links' | 'touchRhythm' | 'transitions' | 'webVitals';

const FEATURES: Readonly<Record<Exclude<FeatureName, ExtraFeatureName>, () => Feature>> = {
  campaigns,
  clicks,
  errors,
  formStarts,
  remoteConfig,
  scrollDepth,
};

/** Named by a page, with their defaults; the extras join them. */
const features: Record<string, () => Feature> = { ...FEATURES };

const start: StartClient = (options, ...clocks) => {
  const begin: (options: InitOptions, wallMs: () => number, monotonicMs: () => number) => Client = init;
  return begin({ ...options, features: [options?.features ?? []].flat().flatMap(named) }, ...clocks);
};

function named(feature: Feature | string): readonly Feature[] {
  if (typeof feature !== 'string') return [feature];
  const make = Object.hasOwn(features, feature) ? features[feature] : undefined;
  if (!make) console.warn(`tidemark: there is no feature ${feature}; there are ${Object.keys(features).join(', ')}`);
  return make ? [make()] : [];
}

const page = window as { tidemark?: object }; // the snippet's stub, or nothing
const stub = page.tidemark as Partial<Stub> | undefined;
page.tidemark = {
  ...FEATURES,
  features,
  init: (options: PageOptions) => start(options, Date.now, () => performance.now()),
};
if (stub?.held) {
  stub.start = (held) => {
    try {
      replayStub(held, start);
    } catch (error) {
      console.warn('tidemark:', error); // others are held, too
    }
  };
  for (const held of stub.held.splice(0)) stub.start(held);
}
