/** One record of a host's queue. */
export interface StoredRecord {
  /** Grows with every record; never given twice while a record of it or of a later one lies there. */
  readonly key: number;
  readonly text: string;
}

/**
 * Where a host keeps its queue and its few small texts. What a call wrote is durable when its promise resolves: it survives
 * the end of the process. A call that rejects has written nothing, or as much as it likes: the host says so to nobody.
 */
export interface HostStorage {
  /** Adds records in this order, under keys that grow. */
  append(texts: readonly string[]): Promise<void>;
  /** Records whose key is not below `from`, lowest first. */
  read(from: number, limit: number): Promise<readonly StoredRecord[]>;
  remove(keys: readonly number[]): Promise<void>;
  getText(name: string): Promise<string | undefined>;
  setText(name: string, text: string): Promise<void>;
}
