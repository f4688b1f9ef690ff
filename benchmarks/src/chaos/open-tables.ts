import { type EngineProcess, startEngine } from '../process/start-engine.js';

/** The tables of a data directory whose collector has stopped. */
export type Tables = Pick<EngineProcess, 'rows' | 'run' | 'close'>;

/** Opens them with the engine itself, so that nothing of the collector stands between the rows and who counts them. */
export function openTables(dataDirectory: string): Promise<Tables> {
  return startEngine(dataDirectory);
}
