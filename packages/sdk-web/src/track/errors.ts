import type { Feature } from './feature.js';
import { hear } from './guarded.js';

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

    function tell(message: string, address = '', line: unknown = '', stack?: unknown): void {
      const now = host.clock.monotonicMs();
      if (now >= minuteEndsMs) {
        told.clear();
        minuteEndsMs = now + MINUTE_MS;
      }
      const source = address.replace(/[?#].*/s, '');
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
        stack: typeof stack === 'string' ? withoutQueries(stack) : undefined, // anything may be thrown
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

function addressOf(element: Element): string {
  return element.getAttribute('src') ?? element.getAttribute('href') ?? '';
}

/** Frames name scripts by address, and a page's own scripts by the page's. */
function withoutQueries(stack: string): string {
  return stack.replace(/\?[^\s)]*?(?=(:\d+){0,2}([\s)]|$))/g, '');
}
