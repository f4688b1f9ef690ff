import { FEATURE_GROUPS } from '@tidemark/analytics/features';
import type { FeatureCatalog } from '@tidemark/protocol';

/** What each feature is, without how it is reckoned. */
export const FEATURE_CATALOG: FeatureCatalog = {
  groups: FEATURE_GROUPS.map(({ title, features }) => ({
    title,
    features: features.map(({ name, subjects: kinds, windowMs, unit, definition, source, freshness }) => {
      return { name, kinds, windowMs, unit, definition, source, freshness };
    }),
  })),
};
