import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeNotes, encodeNotes, mergeNotes } from './seen-note.js';

const ranges = fc
  .uniqueArray(fc.integer({ min: 1, max: 1_000 }), { maxLength: 8 })
  .map((numbers) => [...numbers].sort((a, b) => a - b))
  .map((numbers) => numbers.slice(0, numbers.length - (numbers.length % 2)));
const note = fc.record({
  workspaceId: fc.oneof(fc.constantFrom('w1', 'w 2'), fc.string()),
  queueId: fc.constantFrom('q1', 'q2'),
  seqs: ranges,
  permanent: fc.boolean(),
  rejected: ranges,
  drops: ranges,
  atMs: fc.nat(),
});

const plain = { rejected: [], drops: [], atMs: 0 };

describe('seen notes', () => {
  it('come back from their bytes, whatever the names hold', () => {
    fc.assert(
      fc.property(fc.array(note, { minLength: 1 }), (notes) => {
        expect(decodeNotes(encodeNotes(notes))).toEqual(notes);
      }),
    );
    expect(decodeNotes(new Uint8Array(0))).toEqual([]);
  });

  it('are merged to one for each queue of each workspace', () => {
    const merged = mergeNotes([
      {
        workspaceId: 'w1',
        queueId: 'q1',
        seqs: [1, 2, 9, 9],
        permanent: false,
        rejected: [7, 7],
        drops: [2, 5],
        atMs: 9,
      },
      { workspaceId: 'w2', queueId: 'q1', seqs: [5, 5], permanent: false, ...plain },
      {
        workspaceId: 'w1',
        queueId: 'q1',
        seqs: [2, 4],
        permanent: true,
        rejected: [7, 8],
        drops: [2, 5, 4, 1],
        atMs: 8,
      },
    ]);
    expect(merged).toEqual([
      {
        workspaceId: 'w1',
        queueId: 'q1',
        seqs: [1, 4, 9, 9],
        permanent: true,
        rejected: [7, 8],
        drops: [2, 5, 4, 1],
        atMs: 9,
      },
      { workspaceId: 'w2', queueId: 'q1', seqs: [5, 5], permanent: false, ...plain },
    ]);
  });

  it('are read as the first version wrote them', () => {
    const bytes = Buffer.from('["w","0198c0de-2222-7000-8000-000000000001",[1,2,5,5],0]\n["w 2","q",[7,7],1]');
    expect(decodeNotes(bytes)).toEqual([
      {
        workspaceId: 'w',
        queueId: '0198c0de-2222-7000-8000-000000000001',
        seqs: [1, 2, 5, 5],
        permanent: false,
        ...plain,
      },
      { workspaceId: 'w 2', queueId: 'q', seqs: [7, 7], permanent: true, ...plain },
    ]);
  });
});
