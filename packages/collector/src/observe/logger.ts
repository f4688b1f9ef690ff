import { type Logger as PinoLogger, pino } from 'pino';

export type Logger = Pick<PinoLogger, 'debug' | 'error' | 'info' | 'warn'>;
export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent';

/** JSON lines on standard error; standard output belongs to the commands. Payloads and keys are never logged. */
export function createLogger(level: LogLevel): PinoLogger {
  return pino({ level, base: null }, pino.destination({ dest: 2, sync: true }));
}
