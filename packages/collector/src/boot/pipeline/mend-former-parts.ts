import type { Logger } from '../../observe/logger.js';
import type { Circle } from '../../pipeline/circle.js';
import { loadApart } from '../../pipeline/load-apart.js';
import type { StoreConnection } from '../../store/connect.js';
import { keepFormerParts } from '../../store/privacy/rewrite-parts.js';

export interface MendFormerPartsOptions {
  readonly store: StoreConnection;
  readonly circle: Pick<Circle, 'hasOthers' | 'hold'>;
  readonly logger: Logger;
}

/**
 * What an erasure that was killed left of itself: tables that drop their former parts within a second, and with them what a query
 * under way still reads. Where others stand in the way, the next erasure mends it.
 */
export async function mendFormerParts({ store, circle, logger }: MendFormerPartsOptions): Promise<void> {
  try {
    const tables = await loadApart(circle, () => keepFormerParts(store));
    if (tables.length > 0) logger.info({ tables }, 'an erasure was broken off here; erase again');
  } catch (error) {
    logger.warn(
      { error: String(error) },
      'tables may still drop their former parts at once; the next erasure mends it',
    );
  }
}
