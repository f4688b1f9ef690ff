import { expect, it } from 'vitest';
import { createVersions, type Version, whyNotNext } from './versions.js';

interface Said extends Version {
  readonly words: string;
}

const said = (workspaceId: string, words: string): Said => ({ workspaceId, words, changedAt: 0, changedBy: 'key' });

function openVersions(kept: readonly Said[] = []) {
  const saved: (readonly Said[])[] = [];
  let isBroken = false;
  const versions = createVersions({
    kept,
    save: async (all) => {
      if (isBroken) throw new Error('the disk is full');
      saved.push(all);
    },
    thingOf: ({ workspaceId }) => workspaceId,
  });
  return {
    versions,
    saved,
    breakDisk: (broken: boolean) => {
      isBroken = broken;
    },
  };
}

const wordsOf = (list: readonly Said[]) => list.map(({ words }) => words);

it('the newest holds, the last twenty of each thing are kept, and what was saved is read back the same', async () => {
  const { versions, saved } = openVersions();
  for (let n = 1; n <= 25; n++) await versions.keep(said('a', `a${n}`));
  await versions.keep(said('b', 'b1'));
  expect(wordsOf(versions.of('a'))).toEqual(Array.from({ length: 20 }, (_, at) => `a${25 - at}`));
  expect(wordsOf(versions.latest())).toEqual(['a25', 'b1']);
  expect(versions.of('c')).toEqual([]);
  const again = openVersions(saved.at(-1)).versions;
  expect([again.of('a'), again.of('b'), again.latest()]).toEqual([
    versions.of('a'),
    versions.of('b'),
    versions.latest(),
  ]);
});

it('what could not be saved does not hold, and the next change goes on', async () => {
  const { versions, breakDisk } = openVersions([said('a', 'first')]);
  breakDisk(true);
  await expect(versions.inTurn(() => versions.keep(said('a', 'lost')))).rejects.toThrow('the disk is full');
  expect(wordsOf(versions.of('a'))).toEqual(['first']);
  breakDisk(false);
  await versions.inTurn(() => versions.keep(said('a', 'second')));
  expect(wordsOf(versions.of('a'))).toEqual(['second', 'first']);
});

it('changes go one after another, each upon what the one before left', async () => {
  const { versions } = openVersions();
  const count = () =>
    versions.inTurn(async () => {
      const before = versions.of('a').length;
      await new Promise((resolve) => setImmediate(resolve));
      await versions.keep(said('a', `${before + 1}`));
    });
  await Promise.all([count(), count(), count()]);
  expect(wordsOf(versions.of('a'))).toEqual(['3', '2', '1']);
});

it('a number follows when it is that of the latest or the next', () => {
  expect([3, 4, 5, 6].map((given) => whyNotNext(given, 4) === undefined)).toEqual([false, true, true, false]);
  expect(whyNotNext(6, 4)).toContain('6 does not follow 4');
});
