import type { VNode } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { Logo } from './logo.js';

export interface SignInCardProps {
  /** Why the last key was not good; empty when there was none. */
  readonly message: string;
  readonly isChecking: boolean;
  onSubmit(text: string): void;
}

/** What one sees without a key. */
export function SignInCard({ message, isChecking, onSubmit }: SignInCardProps): VNode {
  const [text, setText] = useState('');
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => input.current?.focus(), []);

  function submit(event: Event): void {
    event.preventDefault();
    onSubmit(text);
  }

  return (
    <main class="sign-in">
      <form class="card sign-in-card" onSubmit={submit} data-test="sign-in" noValidate>
        <div class="brand">
          <Logo />
          <h1>Tidemark</h1>
        </div>
        <label class="field">
          <span class="field-label">Read key</span>
          <input
            ref={input}
            class="input mono"
            type="password"
            name="read-key"
            placeholder="tm_rk_…"
            autoComplete="off"
            spellcheck={false}
            value={text}
            onInput={(event) => setText(event.currentTarget.value)}
            aria-invalid={message !== ''}
            aria-describedby="sign-in-message sign-in-hint"
            data-test="read-key"
          />
        </label>
        <p class="sign-in-message" id="sign-in-message" role="alert" data-test="sign-in-message">
          {message}
        </p>
        <button type="submit" class="button button-primary" disabled={isChecking}>
          {isChecking ? 'Checking…' : 'Open the console'}
        </button>
        <p class="hint" id="sign-in-hint">
          It is in the address that the collector prints when it starts, and in keys.json in its data directory. It
          stays in this tab and ends with it.
        </p>
      </form>
    </main>
  );
}
