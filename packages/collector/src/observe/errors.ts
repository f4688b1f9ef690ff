/** Every fault the collector can name. A code never changes its meaning; the sentence says what to do. */
export type ErrorCode =
  | 'audit_broken'
  | 'audit_write_failed'
  | 'backup_unusable'
  | 'config_invalid'
  | 'data_directory_locked'
  | 'demo_market_failed'
  | 'detectors_failed'
  | 'disk_full'
  | 'engine_missing'
  | 'event_ids_unusable'
  | 'file_damaged'
  | 'import_file_unusable'
  | 'import_key_refused'
  | 'import_not_delivered'
  | 'keys_missing'
  | 'migration_failed'
  | 'model_input_unusable'
  | 'no_key'
  | 'collector_unreachable'
  | 'port_taken'
  | 'report_unreadable'
  | 'segment_unreadable'
  | 'series_unusable'
  | 'simulation_failed'
  | 'store_refused'
  | 'store_too_old'
  | 'wal_closed'
  | 'wal_write_failed';

/** A fault with a code from one list, a sentence that says what to do, and its cause. */
export class TidemarkError extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.name = 'TidemarkError';
    this.code = code;
  }
}
