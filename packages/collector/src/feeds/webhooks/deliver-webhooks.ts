import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { type FlagFilter, type RiskFlag, retryDelayMs } from '@tidemark/protocol';
import type { Logger } from '../../observe/logger.js';
import type { FlagPositions } from '../../store/flags/read-flags.js';
import { flagCursor, movedOn, readFlagCursor } from '../flag-cursor.js';
import type { SendOutcome, WebhookMessage } from './send-webhook.js';
import type { Webhook } from './webhook.js';

export interface DeliverWebhooksOptions {
  readonly webhooks: readonly Webhook[];
  readonly save: (webhooks: readonly Webhook[]) => Promise<void>;
  readonly readFlags: (
    workspaceId: string,
    after: FlagPositions,
    filter: FlagFilter,
    limit: number,
  ) => Promise<readonly RiskFlag[]>;
  readonly send: (message: WebhookMessage) => Promise<SendOutcome>;
  readonly logger: Logger;
  readonly now: () => number;
  readonly random: () => number;
  /** Waits before a failed delivery is tried again. */
  readonly retry?: { readonly baseMs: number; readonly maxMs: number };
}

/** Sends flags to the addresses that asked for them, each at its own pace: none waits for another. */
export interface DeliverWebhooks {
  /** @returns with its secret. */
  add(workspaceId: string, url: string, filter: Webhook['filter'], cursor: string): Promise<Webhook>;
  list(workspaceId: string): readonly Webhook[];
  /** @returns false when there is none of this id. */
  remove(workspaceId: string, webhookId: string): Promise<boolean>;
  /** Sends again from a cursor, or from where it stands; a parked one goes on. */
  resend(workspaceId: string, webhookId: string, cursor?: string): Promise<Webhook | undefined>;
  /** There may be news. */
  poke(): void;
  stop(): Promise<void>;
}

export const RETRY = { baseMs: 1_000, maxMs: 900_000 };
/** After so long a delivery is not tried any more until somebody asks for it. */
const PARK_AFTER_MS = 86_400_000;
const FLAGS_A_DELIVERY = 100;
const SECRET_BYTES = 32;

export function createDeliverWebhooks(options: DeliverWebhooksOptions): DeliverWebhooks {
  const { now, logger } = options;
  const known = new Map(options.webhooks.map((one) => [one.webhookId, one]));
  const running = new Map<string, Promise<void>>();
  const timers = new Map<string, NodeJS.Timeout>();
  let saving: Promise<unknown> = Promise.resolve();
  let isStopping = false;

  function save(): Promise<void> {
    const done = saving.then(() => options.save([...known.values()]));
    saving = done.catch((error: unknown) => logger.warn({ error: String(error) }, 'webhooks were not written down'));
    return done;
  }

  function change(webhookId: string, change: Partial<Webhook>): Webhook | undefined {
    const before = known.get(webhookId);
    if (!before) return undefined;
    const after = { ...before, ...change };
    known.set(webhookId, after);
    return after;
  }

  /** One delivery after another until nothing is left, one fails, or it is asked to stop. */
  async function work(webhookId: string): Promise<void> {
    for (
      let webhook = known.get(webhookId);
      webhook?.state === 'active' && !isStopping;
      webhook = known.get(webhookId)
    ) {
      const { cursor } = webhook;
      const positions = readFlagCursor(cursor);
      const flags = await options.readFlags(webhook.workspaceId, positions, webhook.filter, FLAGS_A_DELIVERY);
      if (flags.length === 0) return;
      const outcome = await options.send(messageOf(webhook, flags));
      if (known.get(webhookId)?.cursor !== cursor) continue; // told meanwhile to send from elsewhere, or removed
      if (outcome.kind === 'failed') return failed(webhook, outcome.fault);
      change(webhookId, {
        cursor: flagCursor(movedOn(positions, flags)),
        failingSince: 0,
        failures: 0,
        lastFault: '',
      });
      await save().catch(() => undefined); // told; after a crash these flags are sent again
    }
  }

  async function failed(webhook: Webhook, fault: string): Promise<void> {
    const failingSince = webhook.failingSince || now();
    const failures = webhook.failures + 1;
    const isOver = now() - failingSince >= PARK_AFTER_MS;
    change(webhook.webhookId, { failingSince, failures, lastFault: fault, state: isOver ? 'parked' : 'active' });
    await save().catch(() => undefined);
    if (isOver)
      logger.warn({ webhookId: webhook.webhookId, fault }, 'a webhook is parked; send it again when it can take it');
    else later(webhook.webhookId, retryDelayMs(failures, options.retry ?? RETRY, options.random));
  }

  function later(webhookId: string, delayMs: number): void {
    clearTimeout(timers.get(webhookId));
    timers.set(
      webhookId,
      setTimeout(() => {
        timers.delete(webhookId);
        start(webhookId);
      }, delayMs),
    );
  }

  function start(webhookId: string): void {
    if (isStopping || timers.has(webhookId)) return; // who waits after a failure is not hurried
    const before = running.get(webhookId);
    if (before) return void before.then(() => start(webhookId)).catch(() => undefined);
    const done = work(webhookId)
      .catch((error: unknown) => {
        logger.warn({ error: String(error) }, 'flags could not be read for a webhook; trying again');
        later(webhookId, RETRY.baseMs);
      })
      .finally(() => running.delete(webhookId));
    running.set(webhookId, done);
  }

  const ofWorkspace = (workspaceId: string, webhookId: string): Webhook | undefined => {
    const webhook = known.get(webhookId);
    return webhook?.workspaceId === workspaceId ? webhook : undefined;
  };

  function hurry(webhookId: string): void {
    clearTimeout(timers.get(webhookId));
    timers.delete(webhookId);
    start(webhookId);
  }

  return {
    async add(workspaceId, url, filter, cursor) {
      const webhook: Webhook = {
        webhookId: randomUUID(),
        workspaceId,
        url,
        secret: `whsec_${randomBytes(SECRET_BYTES).toString('hex')}`,
        filter,
        createdAt: now(),
        cursor,
        state: 'active',
        failingSince: 0,
        failures: 0,
        lastFault: '',
      };
      known.set(webhook.webhookId, webhook);
      await save();
      start(webhook.webhookId);
      return webhook;
    },
    list: (workspaceId) => [...known.values()].filter((one) => one.workspaceId === workspaceId),
    async remove(workspaceId, webhookId) {
      if (!ofWorkspace(workspaceId, webhookId)) return false;
      known.delete(webhookId);
      clearTimeout(timers.get(webhookId));
      timers.delete(webhookId);
      await save();
      return true;
    },
    async resend(workspaceId, webhookId, cursor) {
      const webhook = ofWorkspace(workspaceId, webhookId);
      if (!webhook) return undefined;
      const clean = { state: 'active', failingSince: 0, failures: 0, lastFault: '' } as const;
      const changed = change(webhookId, { ...clean, ...(cursor !== undefined && { cursor }) });
      await save();
      hurry(webhookId);
      return changed;
    },
    poke() {
      for (const webhookId of known.keys()) start(webhookId);
    },
    async stop() {
      isStopping = true;
      for (const timer of timers.values()) clearTimeout(timer);
      await Promise.all(running.values());
      await saving;
    },
  };
}

function messageOf({ webhookId, url, secret }: Webhook, flags: readonly RiskFlag[]): WebhookMessage {
  const content = flags.map(({ flagId, position }) => `${flagId}:${position}`).join(',');
  const deliveryId = createHash('sha256').update(`${webhookId}|${content}`).digest('hex').slice(0, 32);
  return { url, secret, deliveryId, body: JSON.stringify({ webhookId, deliveryId, flags }) };
}
