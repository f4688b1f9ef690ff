import { ACTIVITY_FEATURES } from './activity.js';
import type { FeatureDefinition } from './definition.js';
import { DEVICE_FEATURES } from './device.js';
import type { SubjectKind } from './event.js';
import { HABIT_FEATURES } from './habit.js';
import { HERDING_FEATURES } from './herding.js';
import { LOYALTY_FEATURES } from './loyalty.js';
import { MACRO_FEATURES } from './macro.js';
import { ORDER_FEATURES } from './orders.js';
import { PAGE_FEATURES } from './pages.js';
import { PREFERENCE_FEATURES } from './preference.js';
import { QUALITY_FEATURES } from './quality.js';
import { SURFACE_FEATURES } from './surface.js';
import { TIMING_FEATURES } from './timing.js';
import { TRADING_FEATURES } from './trading.js';
import { VELOCITY_FEATURES } from './velocity.js';

/** Features that belong together, under the heading that docs and console give them. */
export interface FeatureGroup {
  readonly title: string;
  readonly features: readonly FeatureDefinition[];
}

export const FEATURE_GROUPS: readonly FeatureGroup[] = [
  { title: 'Activity', features: ACTIVITY_FEATURES },
  { title: 'Velocity', features: VELOCITY_FEATURES },
  { title: 'Pages and dwell', features: PAGE_FEATURES },
  { title: 'Surfaces', features: SURFACE_FEATURES },
  { title: 'Timing', features: TIMING_FEATURES },
  { title: 'Habits', features: HABIT_FEATURES },
  { title: 'Preferences', features: PREFERENCE_FEATURES },
  { title: 'Loyalty', features: LOYALTY_FEATURES },
  { title: 'Orders and reputation', features: ORDER_FEATURES },
  { title: 'Trading', features: TRADING_FEATURES },
  { title: 'Herding', features: HERDING_FEATURES },
  { title: 'Macro series', features: MACRO_FEATURES },
  { title: 'Devices and networks', features: DEVICE_FEATURES },
  { title: 'Data quality', features: QUALITY_FEATURES },
];

/** Every feature there is; names are unique. */
export const FEATURES: readonly FeatureDefinition[] = FEATURE_GROUPS.flatMap(({ features }) => features);

export function featuresOf(kind: SubjectKind): readonly FeatureDefinition[] {
  return FEATURES.filter(({ subjects }) => subjects.includes(kind));
}
