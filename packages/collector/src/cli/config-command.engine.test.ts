import { expect, it, onTestFinished } from 'vitest';
import { startTestCollector } from '../../../../test/fixtures/start-test-collector.js';
import { changeConfig } from './config-command.js';

it('tidemark config shows what is set, changes what is said, and says why it could not', async () => {
  const test = await startTestCollector();
  onTestFinished(() => test.close());
  const { url, keys } = test.collector;
  const target = { url, key: keys.secretKey };
  const sample = (...rates: readonly (readonly [string, number])[]) => changeConfig(target, { sample: rates });

  expect(await changeConfig(target, {})).toMatchObject({ enabled: true, sampling: {} });
  expect(await sample(['click', 0.1], ['scroll', 0])).toMatchObject({ sampling: { click: 0.1, scroll: 0 } });
  expect(await changeConfig(target, { disable: true })).toMatchObject({ enabled: false, sampling: { click: 0.1 } });
  expect(await sample(['click', 1])).toMatchObject({ enabled: false, sampling: { scroll: 0 } });
  const after = await changeConfig(target, { enable: true, sample: [['scroll', 1]] });
  expect(after).toMatchObject({ enabled: true, sampling: {} });
  expect(await changeConfig(target, {})).toEqual(after);

  await expect(sample(['__proto__', 0])).rejects.toMatchObject({
    code: 'collector_unreachable',
    message: expect.stringMatching(/^the collector refused \(400\): sampling: __proto__ is no name/),
  });
  await expect(changeConfig({ url, key: keys.writeKey }, { disable: true })).rejects.toThrow(/\(403\)/);
  await expect(changeConfig({ url: 'http://127.0.0.1:1', key: '' }, {})).rejects.toThrow('no collector answers');
});
