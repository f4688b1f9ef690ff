import { type EpochMs, SIGNATURE_WINDOW_MS } from '@tidemark/protocol';
import { HttpProblem } from '../observe/http-problem.js';
import type { SeenJournal } from './seen-events.js';
import { decodeServerNotes, encodeServerNotes, type ServerNote } from './server-note.js';

/** Nonces of signed requests, each remembered for as long as its request could be sent again. */
export interface Nonces {
  /**
   * Uses a nonce up. Called when its signature was verified: nobody else can use it up.
   *
   * @returns until when it is remembered, epoch milliseconds.
   * @throws {HttpProblem} `replayed_nonce`; `busy` when the workspace has sent too many of late.
   */
  use(workspaceId: string, nonce: string, timestampMs: EpochMs): EpochMs;
  /** Takes in what an earlier process had noted. */
  restore(note: ServerNote): void;
  /** Makes notes durable apart from the segment they came with; called before the segment is deleted. */
  persist(notes: readonly ServerNote[]): Promise<void>;
  count(): number;
}

export interface NoncesOptions {
  readonly journal: SeenJournal;
  readonly now: () => number;
  /** Of one workspace at once; a hundred signed requests a second unless told otherwise. About 150 bytes each. */
  readonly max?: number;
}

/** A request is taken from 300 s before its timestamp until 300 s after it. */
const NONCES_MAX = (100 * 2 * SIGNATURE_WINDOW_MS) / 1_000;
const FULL_RETRY_SECONDS = 10;
const FORGET_EVERY_MS = 1_000;
const COMPACT_AT_BYTES = 1_048_576;

/** What a request did is durable together with its nonce; a nonce that did nothing is forgotten by a restart. */
export function createNonces({ journal, now, max = NONCES_MAX }: NoncesOptions): Nonces {
  /** By workspace: until when each is remembered. */
  const used = new Map<string, Map<string, EpochMs>>();
  let forgetAt = 0;
  let compactAt = COMPACT_AT_BYTES;
  for (const entry of journal.takeEntries()) for (const note of decodeServerNotes(entry)) restore(note);

  function noncesOf(workspaceId: string): Map<string, EpochMs> {
    const nonces = used.get(workspaceId) ?? new Map<string, EpochMs>();
    used.set(workspaceId, nonces);
    return nonces;
  }

  function restore({ workspaceId, nonce, nonceUntilMs }: ServerNote): void {
    if (nonceUntilMs >= now()) noncesOf(workspaceId).set(nonce, nonceUntilMs);
  }

  function forgetOld(): void {
    const time = now();
    for (const [workspaceId, nonces] of used) {
      for (const [nonce, until] of nonces) if (until < time) nonces.delete(nonce);
      if (nonces.size === 0) used.delete(workspaceId);
    }
    forgetAt = time + FORGET_EVERY_MS;
  }

  function notes(): ServerNote[] {
    return [...used].flatMap(([workspaceId, nonces]) =>
      [...nonces].map(([nonce, nonceUntilMs]) => ({ workspaceId, nonce, nonceUntilMs, atMs: 0, ids: [] })),
    );
  }

  return {
    use(workspaceId, nonce, timestampMs) {
      if (now() >= forgetAt) forgetOld();
      const nonces = noncesOf(workspaceId);
      if ((nonces.get(nonce) ?? 0) >= now()) {
        throw new HttpProblem('replayed_nonce', 'A request with this nonce was here already: sign each attempt anew.');
      }
      if (nonces.size >= max) {
        const retry = { retryAfterSeconds: FULL_RETRY_SECONDS };
        throw new HttpProblem('busy', 'Too many signed requests of late: put more events into each.', retry);
      }
      const until = timestampMs + SIGNATURE_WINDOW_MS;
      nonces.set(nonce, until);
      return until;
    },
    restore,
    async persist(noted) {
      const live = noted.filter(({ nonceUntilMs }) => nonceUntilMs >= now());
      if (live.length > 0) await journal.append(encodeServerNotes(live.map((note) => ({ ...note, ids: [] }))));
      if (journal.sizeBytes() < compactAt) return;
      forgetOld();
      await journal.compact([encodeServerNotes(notes())]);
      compactAt = Math.max(COMPACT_AT_BYTES, 2 * journal.sizeBytes());
    },
    count: () => [...used.values()].reduce((sum, nonces) => sum + nonces.size, 0),
  };
}
