import type { Feature } from './feature.js';
import { hear } from './guarded.js';
import { plainUrl } from './plain-url.js';

export interface ErrorsOptions {
  /** The most that are told in a minute. Default 10. */
  readonly perMinute?: number;
  /** Whether images, scripts and styles that did not load are told, too. Default false. */
  readonly resources?: boolean;
}

const MINUTE_MS = 60_000;

/**
 * An `error` for what nobody caught: errors and rejections. The same one (message, source, line) is told once a minute;
 * its repetitions, and what goes past the limit, are counted as dropped by `error_rate`.
 */
export function errors({ perMinute = 10, resources = false }: ErrorsOptions = {}): Feature {
  return (host) => {
    const told = new Set<string>();
    let minuteEndsMs = 0;

    function tell(said: unknown = '', address = '', line: unknown = '', stack?: unknown): void {
      const now = host.clock.monotonicMs();
      if (now >= minuteEndsMs) {
        told.clear();
        minuteEndsMs = now + MINUTE_MS;
      }
      const message = withoutSecrets(String(said)); // a page may dispatch an `error` of its own, without a message
      const source = withoutSecrets(address.replace(/^(data:).*|[?#].*/s, '$1'));
      const key = `${message}\n${source}\n${line}`;
      if (told.has(key) || told.size >= perMinute) {
        host.drop('error_rate', 1);
        return;
      }
      told.add(key);
      host.emit({
        type: 'error',
        message,
        source: source || undefined,
        stack: typeof stack === 'string' ? withoutSecrets(stack) : undefined, // anything may be thrown
      });
    }

    return hear(host, window, ['error', 'unhandledrejection'], (event) => {
      const { target, message, filename, lineno, error, reason } = event as ErrorEvent & PromiseRejectionEvent;
      if (target instanceof Element) {
        if (resources) tell(`${target.localName} did not load`, addressOf(target));
      } else if (event.type === 'error') {
        tell(message, filename, lineno, error?.stack);
      } else {
        const said = reason instanceof Error ? reason : (reason?.message ?? reason);
        tell(String(said), '', reason?.stack, reason?.stack); // a rejection has no line, but its stack has
      }
    });
  };
}

function addressOf(element: Element): string | undefined {
  const address = element.getAttribute('src') ?? element.getAttribute('href');
  return address ? plainUrl(address)?.plain : undefined;
}

/**
 * Messages name addresses, and so do frames: their credentials, queries and fragments go; line, column and what closes a
 * bracket or a quotation stay. Whatever follows `://` is taken in one go, so that the time is linear in the text.
 */
function withoutSecrets(text: string): string {
  return text.replace(
    /(:\/\/)(?:[^\s/?#]*@)?([^\s?#]*)(?:[?#]\S*?(?=(?::\d+){0,2}[)\]}>"',;.]{0,3}(?:\s|$)))?/g,
    '$1$2',
  );
}
