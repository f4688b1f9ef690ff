import { expect, it } from 'vitest';
import { modelVersionsOf } from '../../../../test/fixtures/model-versions.js';
import { describeModels } from './served-model-commands.js';

it('says who serves, who would, and what was last found, a line each', () => {
  expect(describeModels(modelVersionsOf())).toContain('tidemark models train');
  const champion = {
    ...({ version: 'v2', kind: 'boosting', trainedAt: 0, isHeld: true } as const),
    recalibratedBy: { subscribe: 450, sell: 100 },
  };
  const text = describeModels(
    modelVersionsOf({
      ...{ serving: 'v2', champion, versions: ['v2', 'v1'], newOutcomes: 12 },
      challenger: { version: 'v1', kind: 'glassbox', trainedAt: 0 },
      judged: { atMs: 0, text: 'glassbox v1 was held\u001b[2J.' },
    }),
  );
  expect(text.split('\n')).toEqual([
    'boosting v2 serves, because somebody chose it; trained 1970-01-01T00:00:00.000Z, recalibrated by 450 subscriptions and 100 sales.',
    'glassbox v1 answers in the shadow.',
    '12 orders have ended since the last training; the next comes after 500.',
    '1970-01-01T00:00:00.000Z: glassbox v1 was held\uFFFD[2J.',
    'Kept: v2, v1',
    '',
  ]);
  expect(describeModels(modelVersionsOf({ serving: 'v2', champion, refitEvery: 0 }))).toContain('none comes by itself');
});
