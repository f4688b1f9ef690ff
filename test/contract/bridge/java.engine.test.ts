import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { queryRows } from '../../../packages/collector/src/store/query-rows.js';
import { inspectStore, startTestCollector } from '../../fixtures/start-test-collector.js';
import { temporaryDirectory } from '../../fixtures/temporary-directory.js';
import { compileJava, hasJdk, runJava } from './compile-java.js';

interface Row {
  readonly id: string;
  readonly surface: string;
}

/** The ids of the events that a runner says it tracked, in the order in which they happened. */
function trackedIn(output: string): Row[] {
  const lines = output.split('\n').filter((line) => line.startsWith('{'));
  return lines.map((line) => {
    const { side, eventId } = JSON.parse(line) as { side: string; eventId: string }; // the runner's own
    return { id: eventId, surface: side === 'page' ? 'h5' : side };
  });
}

const isHere = hasJdk();

describe.runIf(isHere)(`${isHere ? '' : 'NO JDK HERE, NOT TESTED: '}the Android host before a real collector`, () => {
  it('ends in the middle of a delivery, opens again, and every event is there once, in the order in which it happened', async () => {
    const scratch = await temporaryDirectory();
    const classPath = await compileJava(join(scratch, 'classes'));
    const queue = join(scratch, 'queue');
    await mkdir(queue);
    const { collector, drained, directory } = await startTestCollector();
    onTestFinished(() => rm(directory, { recursive: true, force: true }));
    const run = (how: string) =>
      runJava(classPath, 'CollectorRunner', [collector.url, collector.keys.writeKey, queue, how]);

    const halted = await run('halt');
    expect(halted.code, halted.output.slice(-2_000)).toBe(137);
    const finished = await run('finish');
    expect(finished.code, finished.output.slice(-2_000)).toBe(0);
    const tracked = [...trackedIn(halted.output), ...trackedIn(finished.output)];
    expect(trackedIn(halted.output).filter(({ surface }) => surface === 'h5')).toHaveLength(3);
    expect(tracked.length).toBeGreaterThan(140);

    await drained();
    await collector.close();
    await inspectStore(directory, async (store) => {
      const rows = await queryRows<Row>(
        store,
        'SELECT event_id AS id, surface FROM events ORDER BY logical_at, logical_count',
        {},
      );
      expect(rows).toEqual(tracked);
      const [whole] = await queryRows<Record<string, number>>(
        store,
        `SELECT uniqExact(visitor_id) AS visitors, uniqExact(session_id) AS sessions, uniqExact(queue_id) AS queues,
           max(abs(dateDiff('millisecond', logical_at, corrected_at))) < 30000 AS is_corrected,
           uniqExactIf(user_agent, surface = 'h5') AS agents
         FROM events`,
        {},
      );
      // Two visits to a page, each with a queue of its own; the page's clock was five minutes behind.
      expect(whole).toEqual({ visitors: 1, sessions: 1, queues: 3, is_corrected: 1, agents: 1 });
    });
  });
});
