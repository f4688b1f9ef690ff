import { expect, it } from 'vitest';
import type { DecisionRow } from '../store/decisions/decision-rows.js';
import { createDecisionLog } from './decision-log.js';
import type { DecisionRecord } from './decision-record.js';

function record(decisionId: string, userId = 'u'): DecisionRecord {
  const asked = { userId, productId: 'P', side: 'sell' };
  return {
    workspaceId: 'w',
    decisionId,
    decidedAt: 1,
    modelVersion: 'v',
    asked,
    columns: {},
    answer: {},
  } as unknown as DecisionRecord; // what counts of it
}

it('keeps what the store does not take, writes it in order later, and finds it meanwhile', async () => {
  const written: DecisionRow[] = [];
  let down = true;
  let lost = 0;
  const log = createDecisionLog({
    async write(rows) {
      if (down) throw new Error('down');
      written.push(...rows);
    },
    storeReady: () => true,
    logger: { warn: () => undefined },
    countLost: (count) => {
      lost += count;
    },
  });
  log.add([record('a'), record('b'), record('c', 'erased')]);
  await log.flush();
  expect(log.find('w', 'b')?.userId).toBe('u');
  expect(log.find('other', 'b')).toBeUndefined();
  log.forget('w', 'erased');
  down = false;
  await log.flush();
  expect(written.map(({ decisionId }) => decisionId)).toEqual(['a', 'b']);
  expect(log.find('w', 'b')).toBeUndefined();
  down = true;
  log.add([record('d')]);
  await log.close();
  expect(lost).toBe(1);
});

it('loses nothing of what is decided while it writes', async () => {
  const written: string[] = [];
  let goOn: () => void = () => undefined;
  const log = createDecisionLog({
    async write(rows) {
      const ids = rows.map(({ decisionId }) => decisionId); // encoded before anything is waited for
      await new Promise<void>((resolve) => {
        goOn = resolve;
      });
      written.push(...ids);
    },
    storeReady: () => true,
    logger: { warn: () => undefined },
    countLost: () => undefined,
  });
  log.add([record('a')]);
  const first = log.flush();
  await Promise.resolve();
  log.add([record('b')]);
  expect(log.find('w', 'b')).toBeDefined();
  goOn();
  await first;
  expect(log.find('w', 'b')).toBeDefined();
  const second = log.flush();
  await Promise.resolve();
  goOn();
  await second;
  expect(written).toEqual(['a', 'b']);
});
