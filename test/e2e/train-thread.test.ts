import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { createActLogWriter } from '../../packages/analytics/src/scores/index.js';
import type * as trainerModule from '../../packages/collector/src/decisions/trainer.js';

/** As built: a thread cannot be made of a source. */
const BUILT = new URL('../../packages/collector/dist/decisions/', import.meta.url);
/** Of nobody's orders. */
const task = {
  events: [],
  acts: createActLogWriter().finish(0),
  knownUntilMs: 0,
  kinds: ['boosting'] as const,
  seed: 1,
};
const open = async () => (await import(new URL('trainer.js', BUILT).href)) as typeof trainerModule;

describe('the thread that trains models', () => {
  it('answers what was asked, ends, and is made anew for the next training', async () => {
    const { createTrainer } = await open();
    const faults: Error[] = [];
    const trainer = createTrainer(new URL('train-worker.js', BUILT).pathname, (fault) => faults.push(fault));

    for (let training = 0; training < 2; training++) {
      expect(await trainer.train(task)).toMatchObject({ kind: 'refused', reason: expect.stringContaining('No order') });
    }
    const contest = { sides: [[], []], rival: 'challenger', look: 1, seed: 1 } as const;
    expect(await trainer.judge(contest)).toMatchObject({ kind: 'keep', reason: 'too_few_rows' });
    await trainer.close();
    expect(faults).toEqual([]);
  });

  it('refuses the training, says why, and takes nothing else down when it cannot be made', async () => {
    const { createTrainer } = await open();
    const faults: Error[] = [];
    const trainer = createTrainer(pathToFileURL('/nowhere/train-worker.js').pathname, (fault) => faults.push(fault));
    await expect(trainer.train(task)).rejects.toThrow('abort');
    expect(faults[0]?.message).toContain('/nowhere/train-worker.js');
    await trainer.close();
  });
});
