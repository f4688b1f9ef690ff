import type { StorePlace } from '../../store/connect.js';
import type { ReportingLimits } from './detector-bank.js';
import type { PastFigures } from './read-past.js';
import type { RiskTarget } from './risk-segments.js';
import type { DetectorFigures, FoundFlag } from './run-detectors.js';

/** What the detectors' thread is told. */
export type ToDetectors =
  | { readonly say: 'advance'; readonly target: RiskTarget }
  /** It listens: said once a minute as long as it takes events, of all workspaces but some. */
  | { readonly say: 'listening'; readonly refused: readonly string[] | undefined }
  | { readonly say: 'limit'; readonly limits: ReportingLimits }
  /** What was found under this number is on disk. */
  | { readonly say: 'kept'; readonly number: number }
  /** It never will be: the collector stops. */
  | { readonly say: 'lost'; readonly number: number }
  /** Has it read what was before, where that is missing. */
  | { readonly say: 'learn'; readonly number: number; readonly past: StorePlace }
  | { readonly say: 'go_on' }
  | { readonly say: 'settle'; readonly number: number }
  | { readonly say: 'forget'; readonly number: number; readonly workspaceId: string; readonly forms: readonly string[] }
  | { readonly say: 'stop'; readonly number: number };

/** What it says. */
export type FromDetectors =
  | { readonly say: 'ready' }
  | { readonly say: 'found'; readonly number: number; readonly life: string; readonly found: readonly FoundFlag[] }
  | {
      readonly say: 'done';
      readonly number: number;
      readonly figures?: DetectorFigures;
      readonly past?: PastFigures;
      readonly fault?: string;
    }
  | { readonly say: 'fault'; readonly fault: string };
