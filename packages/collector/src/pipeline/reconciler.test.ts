import { expect, it, onTestFinished, vi } from 'vitest';
import { createLogger } from '../observe/logger.js';
import { createMetrics } from '../observe/metrics.js';
import type { StoreConnection } from '../store/connect.js';
import { createReconciler } from './reconciler.js';

it('on a cluster counts what was loaded twice, and neither has loads held nor deletes anything', async () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const asked: string[] = [];
  const client = {
    query: async ({ query }: { readonly query: string }) => {
      asked.push(query);
      return { json: async () => [{ events: 3 }] };
    },
  };
  const store = {
    cluster: { cluster: 'main', database: 'tidemark' },
    client: () => client,
  } as unknown as StoreConnection; // what is asked of it here
  const metrics = createMetrics();
  const hold = vi.fn();
  const reconciler = createReconciler({
    store,
    circle: { hasOthers: () => true, isFirstAnalyst: () => true, hold },
    logger: createLogger('silent'),
    metrics,
    now: () => performance.now(),
  });
  reconciler.start();
  await vi.advanceTimersByTimeAsync(4_500);
  await reconciler.stop();
  expect(asked).toHaveLength(2); // one look every two seconds
  for (const query of asked) expect(query).toMatch(/^SELECT count\(\) AS events FROM/);
  expect(hold).not.toHaveBeenCalled();
  expect(await metrics.text()).toMatch(/^tidemark_double_loads 3$/m);
});
