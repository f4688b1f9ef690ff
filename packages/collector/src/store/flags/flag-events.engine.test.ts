import type { AppPart } from '@tidemark/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { T0 } from '../../../../../test/fixtures/batches.js';
import { startTestEngine } from '../../../../../test/fixtures/migrated-store.js';
import { flagOf } from '../../../../../test/fixtures/risk-flag.js';
import type { TestEngine } from '../../../../../test/fixtures/start-engine.js';
import { batchRow, EVENTS_LAYOUT, eventRow, rowId } from '../../../../../test/fixtures/store-rows.js';
import { createRowEncoder } from '../encode-rows.js';
import { loadRows } from '../load-rows.js';
import type { BatchRow } from '../tables/events.js';
import { readFlagEvents } from './flag-events.js';

const MINUTE_MS = 60_000;
const encoder = createRowEncoder();

describe('the raw events of a flag about a part of the app', () => {
  let test: TestEngine;
  beforeAll(async () => {
    test = await startTestEngine();
    const view = (minute: number, page: string, template?: string) =>
      eventRow(minute, { type: 'page_view', page, ...(template !== undefined && { template }) }, minute * MINUTE_MS);
    const batch = (n: number, change: Partial<BatchRow['context']> = {}, workspaceId = 'w1') => {
      const row = batchRow(n, n, workspaceId);
      return { ...row, context: { ...row.context, ...change } };
    };
    const refusal = await loadRows(test.store, EVENTS_LAYOUT, [
      encoder.events(
        batch(1),
        [1, 11, 15, 25, 40].map((minute) => view(minute, `/product/${minute}`, 'product')),
      ),
      encoder.events(batch(2), [view(16, '/help'), view(17, 'product')]),
      encoder.events(batch(3, { surface: 'native', release: '2.4' }), [view(18, 'product', 'product')]),
      encoder.events(batch(4, {}, 'w2'), [view(19, '/product/1', 'product')]),
    ]);
    expect(refusal).toBeUndefined();
  });
  afterAll(() => test.close());

  /** Of a break from the 20th to the 30th minute, the minutes of what is shown. */
  async function shown(part?: AppPart, eventIds: readonly string[] = []) {
    const flag = flagOf({
      kind: 'funnel_break',
      entity: { kind: 'workspace', id: 'w1' },
      firstAt: T0 + 20 * MINUTE_MS,
      lastAt: T0 + 30 * MINUTE_MS,
    });
    const evidence = { ...flag.evidence, eventIds };
    const { events } = await readFlagEvents(test.store, 'w1', { ...flag, evidence }, part, 100);
    return events.map(({ seq }) => Number(seq));
  }

  it.each<[AppPart, readonly number[]]>([
    [{ part: 'page', page: 'product', surface: 'h5' }, [11, 15, 17, 25]],
    [{ part: 'page', page: '/help', surface: 'h5' }, [16]],
    [{ part: 'surface', surface: 'native' }, [18]],
    [{ part: 'release', release: '2.4' }, [18]],
    [{ part: 'all surfaces' }, [11, 15, 16, 17, 18, 25]],
    [{ part: 'deliveries' }, []],
  ])('are those of it, from ten minutes before: %o', async (part, minutes) => {
    expect(await shown(part)).toEqual(minutes);
  });

  it('are besides those that it names, and of the workspace those of its time', async () => {
    expect(await shown({ part: 'deliveries' }, [rowId(40)])).toEqual([40]);
    expect(await shown(undefined)).toEqual([25]);
  });
});
