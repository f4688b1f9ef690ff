import type { Encryption } from '../privacy/encryption.js';
import type { Claim, NewEvent, Outbox, QueuedEvent } from './outbox.js';
import type { Queue } from './queue.js';
import type { StoredText } from './stored-text.js';
import { withinTime } from './within-time.js';

/** Makes of a queue on disk one whose events nobody reads there. */
export type SealQueue = (inner: Queue<StoredText>, memory: Outbox, onDrop: OnDrop) => Queue;

type OnDrop = (reason: 'closed' | 'undecryptable', events: number) => void;

/**
 * Seals events before they reach the disk and opens them for the sender. What cannot be sealed, on a page without TLS for
 * example, stays in memory: nothing is ever written in the clear. Sealing takes a moment, so a page at its end may lose what
 * it tracked in its last one, and what it does leave behind is sent by the next.
 */
export function sealQueue(encryption: Encryption): SealQueue {
  return (inner, memory, onDrop) => {
    const contexts = new Map<string, Promise<ArrayBuffer>>();
    let wrapped: readonly [sealed: Outbox<StoredText>, opened: Outbox] | undefined;
    /** Everything in the order it was asked for. */
    let tail: Promise<unknown> = Promise.resolve();

    async function seal({ json, contextJson }: NewEvent): Promise<NewEvent<StoredText>> {
      // The first thing that is sealed waits for the key, and some browsers never answer.
      const context = contexts.get(contextJson) ?? withinTime(encryption.seal(contextJson));
      contexts.set(contextJson, context);
      try {
        const sealedContext = await context;
        return { json: await encryption.seal(json), contextJson: sealedContext };
      } catch (error) {
        contexts.delete(contextJson);
        throw error;
      }
    }

    /** @param unsealed - what to do where it cannot be sealed. */
    function inTurn(event: NewEvent, sealed: (event: NewEvent<StoredText>) => void, unsealed: () => void): void {
      const sealing = seal(event).then(
        (each) => () => sealed(each),
        () => unsealed,
      );
      tail = tail.then(async () => (await sealing)());
    }

    const add: Queue['add'] = (event) =>
      inTurn(
        event,
        (sealed) => inner.add({ ...event, ...sealed }),
        () => memory.add({ ...event, number: inner.takeDraft(event.draftId) }),
      );
    const saveDraft: Queue['saveDraft'] = (id, event) =>
      inTurn(
        event,
        (sealed) => inner.saveDraft(id, sealed),
        () => undefined,
      );

    async function openText(text: StoredText): Promise<string | undefined> {
      if (typeof text === 'string') return text; // of the time before the app asked for encryption
      try {
        return await encryption.open(text);
      } catch {
        await encryption.open(await encryption.seal('')); // throws where the key cannot be had now: keep what it opens
        return undefined;
      }
    }

    /** @returns the claim as far as it can be read; the rest of it is given up. */
    async function openClaim(outbox: Outbox<StoredText>, claim: Claim<StoredText>): Promise<Claim> {
      const { batchId, events } = claim;
      const opened: QueuedEvent[] = [];
      const lost: QueuedEvent<StoredText>[] = [];
      const contextJson = events[0] && (await openText(events[0].contextJson));
      for (const event of events) {
        const json = await openText(event.json);
        if (json === undefined || contextJson === undefined) lost.push(event);
        else opened.push({ ...event, json, contextJson });
      }
      if (lost.length > 0) {
        await outbox.settle({ ...claim, batchId: opened.length > 0 ? '' : batchId, events: lost });
        onDrop('undecryptable', lost.length);
      }
      return { ...claim, events: opened };
    }

    /** One for each sealed one, so that the sender knows it again. */
    function wrap(sealed: Outbox<StoredText>): Outbox {
      if (wrapped?.[0] === sealed) return wrapped[1];
      const opened: Outbox = {
        ...sealed,
        add,
        saveDraft,
        async claim(batchId, policy) {
          for (;;) {
            const claim = await sealed.claim(batchId, policy);
            const readable = claim && (await openClaim(sealed, claim));
            if (readable?.events.length !== 0) return readable;
          }
        },
        claimFresh: () => undefined,
        async openClaims() {
          const claims: Claim[] = [];
          for (const claim of await sealed.openClaims()) claims.push(await openClaim(sealed, claim));
          return claims;
        },
      };
      wrapped = [sealed, opened];
      return opened;
    }

    async function close(): Promise<void> {
      await tail;
      const unsent = await memory.count();
      if (unsent > 0) onDrop('closed', unsent); // nowhere to leave them
      memory.close();
      await inner.close();
    }

    return {
      add,
      saveDraft,
      takeDraft: inner.takeDraft,
      async outbox() {
        await tail;
        return (await memory.count()) > 0 ? memory : wrap(await inner.outbox());
      },
      atHand: () => wrap(inner.atHand()),
      async count() {
        await tail;
        return (await memory.count()) + (await inner.count());
      },
      storage: inner.storage,
      close,
      async purge() {
        const inside = inner.purge(); // at once: the page may end with this task
        await tail;
        const events = await memory.count();
        memory.close();
        return events + (await inside);
      },
    };
  };
}
