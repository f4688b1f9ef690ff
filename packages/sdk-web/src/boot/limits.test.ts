import { readFileSync } from 'node:fs';
import { LIMITS } from '@tidemark/protocol';
import { describe, expect, it } from 'vitest';
import { SESSION_GAP_MS } from '../identity/session.js';
import { MEMORY_EVENTS_MAX } from '../queue/memory-outbox.js';
import { BURST_EVENTS, EVENTS_PER_SECOND, HELD_MAX, QUEUE_MAX_BYTES } from './limits.js';

const README = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
const number = (value: number) => value.toLocaleString('en-US');

describe('the limits that the README names', () => {
  it.each([
    ['what waits on the device', `\`maxQueueBytes\`, ${QUEUE_MAX_BYTES / 1_048_576} MiB`],
    ['how long it waits', `| how long | ${LIMITS.duplicateHorizonMs / 86_400_000} days`],
    ['what waits in memory', `| in memory | ${number(MEMORY_EVENTS_MAX)} events`],
    ['what is held until the visitor decides', `| in memory | ${number(HELD_MAX)} events`],
    ['what may come at once', `| in one go | ${number(BURST_EVENTS)} events, then ${EVENTS_PER_SECOND} a second`],
    ['when a session ends', `Sessions end after ${SESSION_GAP_MS / 60_000} minutes`],
  ])('are the ones that hold: %s', (_, text) => {
    expect(README).toContain(text);
  });
});
