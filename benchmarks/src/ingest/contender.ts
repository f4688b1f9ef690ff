/** A server that takes batches over HTTP and brings their events into ClickHouse's tables, with an engine of its own. */
export interface Contender {
  readonly name: string;
  readonly url: string;
  readonly writeKey: string;
  /** Of the process that answers requests. */
  readonly serverPid: number;
  readonly enginePid: number;
  /** Rows that the store has acknowledged since it started. */
  loadedRows(): Promise<number>;
  /** Ends it, then counts every event in its tables. @throws when one is missing, there twice, or in a view otherwise. */
  stopAndAudit(expectedEvents: number): Promise<void>;
  /** Ends it whatever happened. */
  destroy(): void;
}
