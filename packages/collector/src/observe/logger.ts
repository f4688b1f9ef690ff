import { type DestinationStream, type Logger as PinoLogger, pino } from 'pino';
import { scrubFields } from './scrub.js';

export type Logger = Pick<PinoLogger, 'debug' | 'error' | 'info' | 'warn'>;
export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent';

/**
 * JSON lines on standard error; standard output belongs to the commands. Payloads and keys are never logged: nobody hands
 * them over, and what an error's text may carry of them is taken out here.
 *
 * @param destination - standard error unless a test says otherwise.
 */
export function createLogger(level: LogLevel, destination?: DestinationStream): PinoLogger {
  const formatters = { log: scrubFields };
  return pino({ level, base: null, formatters }, destination ?? pino.destination({ dest: 2, sync: true }));
}
