// @vitest-environment happy-dom
import { render } from 'preact';
import { afterEach, describe, expect, it } from 'vitest';
import { SignInCard } from './sign-in-card.js';

function show(message: string, onSubmit: (text: string) => void = () => {}) {
  render(<SignInCard message={message} isChecking={false} onSubmit={onSubmit} />, document.body);
  const input = document.querySelector<HTMLInputElement>('[data-test=read-key]');
  const form = document.querySelector<HTMLFormElement>('[data-test=sign-in]');
  if (input === null || form === null) throw new Error('the card is not there');
  return { input, form };
}

afterEach(() => {
  render(null, document.body);
});

describe('SignInCard', () => {
  it('hands over what was typed', async () => {
    const submitted: string[] = [];
    const { input, form } = show('', (text) => submitted.push(text));
    input.value = 'tm_rk_1';
    input.dispatchEvent(new Event('input', { bubbles: true }));
    await new Promise((resolve) => setTimeout(resolve));
    form.dispatchEvent(new Event('submit', { bubbles: true, cancelable: true }));
    expect(submitted).toEqual(['tm_rk_1']);
  });

  it('says why the last key was not good, and marks the field', () => {
    const { input } = show('This key is not known.');
    expect(document.querySelector('[role=alert]')?.textContent).toBe('This key is not known.');
    expect(input.getAttribute('aria-invalid')).toBe('true');
    expect(input.getAttribute('aria-describedby')).toContain('sign-in-message');
  });
});
