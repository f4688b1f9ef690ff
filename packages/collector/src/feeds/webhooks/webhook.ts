import type { FlagFilter } from '@tidemark/protocol';

/** An address that flags are sent to, and how far that has come. */
export interface Webhook {
  readonly webhookId: string;
  readonly workspaceId: string;
  readonly url: string;
  /** Its owner checks signatures by it; shown when it is made, and never again. */
  readonly secret: string;
  readonly filter: Pick<FlagFilter, 'kind' | 'severity' | 'status' | 'surface'>;
  readonly createdAt: number;
  /** What was delivered. */
  readonly cursor: string;
  /** `parked`: nothing is tried until it is sent again. */
  readonly state: 'active' | 'parked';
  /** Of the delivery that is due: when it failed first, how often so far, why last. 0, 0 and empty when none did. */
  readonly failingSince: number;
  readonly failures: number;
  readonly lastFault: string;
}

/** As its owner sees it. */
export type WebhookInfo = Omit<Webhook, 'secret'>;

export function withoutSecret({ secret: _secret, ...info }: Webhook): WebhookInfo {
  return info;
}
