import type { Carrier } from '@tidemark/protocol';
import type { AppendFile, FileSystem } from '../../packages/collector/src/disk/file-system.js';
import type { AcceptOptions } from '../../packages/collector/src/ingest/accept-batch.js';
import type { Claim, SeenEvents } from '../../packages/collector/src/ingest/seen-events.js';
import type { Insertion } from './virtual-store.js';

/** A defect that somebody might build into the real code, made by what stands around it. */
export interface Mutation {
  readonly fileSystem?: (real: FileSystem) => FileSystem;
  readonly seen?: (real: SeenEvents) => SeenEvents;
  readonly encode?: (real: AcceptOptions['encode']) => AcceptOptions['encode'];
  readonly wal?: (real: AcceptOptions['wal']) => AcceptOptions['wal'];
  readonly insertion?: (real: Insertion, count: number) => Insertion;
  readonly answersBeforeInsert?: true;
  readonly forgetsTokensInPowerCut?: true;
  readonly carrier?: (real: Carrier) => Carrier;
}

const NO_NOTE = new Uint8Array(0);

/** Each must be found by the simulation within a few worlds, or the simulation proves nothing. */
export const MUTATIONS = {
  'the ack goes out before the fsync': { fileSystem: withFiles((file) => ({ ...file, sync: async () => undefined })) },
  'what was seen is not noted beside its rows': {
    encode: (real) => ({
      accepted: (events) => real.accepted(events, NO_NOTE),
      rejected: (events) => real.rejected(events, NO_NOTE),
    }),
  },
  'what was seen is gone with its segment': {
    fileSystem: withFiles((file, path) =>
      path.includes('seen.journal') ? { ...file, append: async () => undefined } : file,
    ),
  },
  'the token of a load is another at each attempt': {
    insertion: (real, count) => ({ ...real, token: `${real.token}-${count}` }),
  },
  'a claim is kept though its commit failed': { seen: withClaims((claim) => ({ ...claim, release: claim.confirm })) },
  'a claim is released though its commit succeeded': {
    seen: withClaims((claim) => ({ ...claim, confirm: claim.release })),
  },
  'copies do not wait for their originals': { wal: (real) => ({ ...real, barrier: async () => undefined }) },
  'a segment is removed before it is loaded': { answersBeforeInsert: true },
  'the store forgets its tokens when the power is cut': { forgetsTokensInPowerCut: true },
  'the names of new segments are not synced': {
    fileSystem: (real) => ({ ...real, syncDirectory: async () => undefined }),
  },
  'a device deletes what nobody acknowledged': {
    carrier: (real) => ({
      ...real,
      async post(batchId, json, isWanted) {
        const outcome = await real.post(batchId, json, isWanted);
        if (outcome.kind !== 'retry') return outcome;
        const ack = { batchId, accepted: 0, duplicate: 0, rejected: [], serverTimeMs: 0 };
        return { kind: 'delivered', ack: ack as unknown as (typeof outcome & { kind: 'delivered' })['ack'] };
      },
    }),
  },
} as const satisfies Readonly<Record<string, Mutation>>;

function withFiles(mutate: (file: AppendFile, path: string) => AppendFile): Mutation['fileSystem'] {
  return (real) => ({
    ...real,
    create: async (path) => mutate(await real.create(path), path),
    openForAppend: async (path) => mutate(await real.openForAppend(path), path),
  });
}

function withClaims(mutate: (claim: Claim) => Claim): Mutation['seen'] {
  return (real) => ({ ...real, claim: (queue, seqs, told) => mutate(real.claim(queue, seqs, told)) });
}
