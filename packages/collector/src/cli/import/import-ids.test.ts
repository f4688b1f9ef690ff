import { UUID_PATTERN } from '@tidemark/protocol';
import { expect, it } from 'vitest';
import { createImportIds, sessionIdOf, visitorIdOf } from './import-ids.js';

const hash = new Uint8Array(32).fill(7);
const ids = createImportIds(hash, 'combined-log');
const AT = Date.UTC(2015, 4, 17, 10, 5, 3);

it('makes the same ids of the same file, today and in years', () => {
  // Written down: whoever changes one imports every log a second time.
  expect({
    queue: ids.queueId,
    event: ids.eventId(AT, 1, 'page_view'),
    view: ids.viewId(AT, 1),
    batch: ids.batchId(AT, 1, 500),
    visitor: visitorIdOf('203.0.113.7', 'curl/8.0'),
    session: sessionIdOf(visitorIdOf('203.0.113.7', 'curl/8.0'), AT),
  }).toMatchInlineSnapshot(`
    {
      "batch": "014d6155-8098-7a46-8c5c-32b3a400db56",
      "event": "014d6155-8098-77a6-8246-6125c83c76c5",
      "queue": "3221d003-9a41-8652-9253-8357ccad888d",
      "session": "014d6155-8098-779a-90e1-b0c4b0c7f026",
      "view": "014d6155-8098-705e-bc2d-847555b40b97",
      "visitor": "8666d906-28a1-8ca7-a6cd-95cc455dd271",
    }
  `);
});

it('makes other ids of another line, kind, time, file or format', () => {
  const others = [
    ids.eventId(AT, 1, 'page_view'),
    ids.eventId(AT, 2, 'page_view'),
    ids.eventId(AT, 1, 'view_end'),
    ids.eventId(AT + 1, 1, 'page_view'),
    ids.viewId(AT, 1),
    ids.batchId(AT, 1, 500),
    ids.batchId(AT, 1, 250),
    createImportIds(new Uint8Array(32), 'combined-log').eventId(AT, 1, 'page_view'),
    createImportIds(hash, 'other').eventId(AT, 1, 'page_view'),
    ids.queueId,
    createImportIds(hash, 'other').queueId,
  ];
  expect(new Set(others).size).toBe(others.length);
  for (const id of others) expect(id).toMatch(new RegExp(UUID_PATTERN));
});

it('does not confuse an address that ends like an agent begins', () => {
  expect(visitorIdOf('a', 'bc')).not.toBe(visitorIdOf('ab', 'c'));
});
