import type { IncomingHttpHeaders } from 'node:http';
import type { BatchContext } from '@tidemark/protocol';
import type { Agent } from './describe-agent.js';

/**
 * What makes a sender look like a program. A batch is never refused for it: analysis decides.
 *
 * - `robot_agent`: the user agent says that it is a robot.
 * - `headless_agent`: the user agent, or `Sec-CH-UA`, names a browser without a screen.
 * - `webdriver`: the browser says that a program drives it.
 * - `no_agent`: there is no user agent.
 * - `no_language`, `no_encoding`: the request names no language, accepts no compression; every browser does. Only looked at
 *   where the device itself sends, not where a native app or a server does on its behalf.
 */
export type BotSignal = 'robot_agent' | 'headless_agent' | 'webdriver' | 'no_agent' | 'no_language' | 'no_encoding';

/** The headers that tell of a browser. */
export type BrowserHeaders = Pick<IncomingHttpHeaders, 'accept-language' | 'accept-encoding'> & {
  readonly 'sec-ch-ua'?: string | string[] | undefined;
};

export function botSignals(
  { isRobot, isHeadless, userAgent }: Agent,
  { device, surface, userAgent: relayed }: BatchContext,
  headers: BrowserHeaders | undefined,
): BotSignal[] {
  const signals: BotSignal[] = [];
  const own = relayed === undefined && surface === 'h5' ? headers : undefined;
  if (isRobot) signals.push('robot_agent');
  if (isHeadless || String(own?.['sec-ch-ua'] ?? '').includes('Headless')) signals.push('headless_agent');
  if (device?.webdriver) signals.push('webdriver');
  if (userAgent === '') signals.push('no_agent');
  if (own && !/[a-z]/i.test(own['accept-language'] ?? '')) signals.push('no_language');
  if (own && !own['accept-encoding']) signals.push('no_encoding');
  return signals;
}
