import type { BatchContext } from './batch.js';
import type { AuthoritativeEvent } from './events/authoritative.js';
import type { BatchId } from './ids.js';
import type { ProtocolVersion } from './version.js';

/** What the events of a server's batch share: who sends. Whom they are about stands in each. */
export type ServerContext = Pick<BatchContext, 'appId' | 'release' | 'sdk'>;

/** The unit that a server sends, in a signed request. */
export interface ServerBatch {
  readonly v: ProtocolVersion;
  readonly batchId: BatchId;
  readonly context: ServerContext;
  readonly events: readonly AuthoritativeEvent[];
}
