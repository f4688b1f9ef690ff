export { maskPersonalData } from '@tidemark/protocol';
export type {
  Client,
  ClockHealth,
  EventProps,
  Health,
  InitOptions,
  OrderFields,
  RequestRecord,
} from './boot/client.js';
export { encryptAtRest } from './boot/encrypt-at-rest.js';
export { init } from './boot/init.js';
export { remoteConfig } from './boot/remote-config.js';
export { debug } from './debug/debug-panel.js';
export { campaigns } from './track/campaigns.js';
export { clicks } from './track/clicks.js';
export { errors } from './track/errors.js';
export { exposures } from './track/exposures.js';
export type { EventExtras, Feature, FeatureHost, Verdict, ViewEndFields, ViewStartFields } from './track/feature.js';
export { formStarts } from './track/form-starts.js';
export { links } from './track/links.js';
export { scrollDepth } from './track/scroll-depth.js';
export { touchRhythm } from './track/touch-rhythm.js';
export { transitions } from './track/transitions.js';
export type { ViewFields } from './track/views.js';
export { webVitals } from './track/web-vitals.js';
