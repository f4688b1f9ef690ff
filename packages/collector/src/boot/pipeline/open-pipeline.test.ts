import { expect, it } from 'vitest';
import { temporaryDirectory } from '../../../../../test/fixtures/temporary-directory.js';
import { nodeFileSystem } from '../../disk/file-system.js';
import { createLogger } from '../../observe/logger.js';
import { createMetrics } from '../../observe/metrics.js';
import { connectStore } from '../../store/connect.js';
import { openPipeline } from './open-pipeline.js';

it.each([
  [1_000, true],
  [999, false],
])('with %i bytes free beside a reserve of 1,000 it says of taking events: %s', async (free, takes) => {
  const store = connectStore(() => undefined, 'tidemark'); // away: all stays in the WAL
  const pipeline = await openPipeline({
    dataDirectory: await temporaryDirectory(),
    reserveBytes: 1_000,
    maxQueues: 10,
    store,
    storePrepared: new Promise(() => undefined),
    logger: createLogger('silent'),
    metrics: createMetrics(),
    world: { fileSystem: nodeFileSystem, freeBytes: async () => free, now: Date.now, random: Math.random },
  });
  expect(pipeline.takesEvents()).toBe(takes);
  await pipeline.close();
  await store.close();
});
