import { describe, expect, it, vi } from 'vitest';
import { createReplies } from './replies.js';
import { createSyncAnswers } from './sync-answers.js';

describe('a container whose call returns a text', () => {
  it('returns the first that is said during the call, and gives all else another way', () => {
    const others: string[] = [];
    const answers = createSyncAnswers((text) => others.push(text));
    const returned = answers.during(() => {
      answers.say('first');
      answers.say('second');
    });
    answers.say('later');
    expect(returned).toBe('first');
    expect(others).toEqual(['second', 'later']);
    expect(answers.during(() => undefined)).toBe('');
  });
});

describe('a container whose call returns a promise', () => {
  it('replies to each call once, in their order, and with nothing to one that is not answered', async () => {
    vi.useFakeTimers();
    const others: string[] = [];
    const replies = createReplies((text) => others.push(text));
    const first = replies.call(() => replies.say('at once'));
    const second = replies.call(() => undefined);
    replies.say('later');
    const third = replies.call(() => undefined);
    vi.advanceTimersByTime(1_000);
    replies.say('too late');
    expect(await Promise.all([first, second, third])).toEqual(['at once', 'later', undefined]);
    expect(others).toEqual(['too late']);
    vi.useRealTimers();
  });
});
