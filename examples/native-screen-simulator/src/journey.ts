import { isBefore, type Stamp } from '@tidemark/protocol';

/** One event, as the panel lists it. */
export interface Step {
  readonly eventId: string;
  readonly sessionId: string;
  readonly surface: string;
  readonly type: string;
  readonly page: string;
  /** What it is about beyond its page: a name, a module, how one came here. */
  readonly detail: string;
  readonly at: Stamp;
  readonly seq: number;
  readonly state: 'held' | 'sent' | 'http';
}

/** All that is known of what happened, on native screens and on pages, in one order. */
export interface Journey {
  /** The host wrote it. @param text - a record of its storage. */
  held(text: string): void;
  /** The collector has it. @param way - who sent it. */
  sent(batch: Batch, way: 'host' | 'page'): void;
  /** Events that pages sent by themselves, those included that the host sent as well. */
  countOfPages(): number;
  /** Earliest first. */
  steps(): readonly Step[];
  onChange(listener: () => void): void;
}

export interface Batch {
  readonly context: { readonly sessionId: string; readonly surface: string };
  readonly events: readonly StepEvent[];
}

/** What is read of an event; what it has not is absent. */
interface StepEvent {
  readonly eventId: string;
  readonly type: string;
  readonly seq: number;
  readonly occurredAt: number;
  readonly logicalMs?: number;
  readonly logicalCount?: number;
  readonly page?: string;
  readonly name?: string;
  readonly goal?: string;
  readonly target?: string;
  readonly module?: string;
  readonly form?: string;
  readonly phase?: string;
  readonly userId?: string;
  readonly fromPage?: string;
  readonly way?: string;
  readonly dwellMs?: number;
}

/** More than anybody reads; the oldest go. */
const STEPS_MAX = 300;

export function createJourney(): Journey {
  const steps = new Map<string, Step>();
  const ofPages = new Set<string>();
  const listeners: (() => void)[] = [];

  function put(context: Batch['context'], event: StepEvent, state: Step['state']): void {
    const known = steps.get(event.eventId);
    // What came both ways is told once, by the way that delivered it first.
    const holds = known && known.state !== 'held' ? known.state : state;
    steps.set(event.eventId, { ...(known ?? stepOf(context, event)), state: holds });
    const [oldest] = steps.keys();
    if (steps.size > STEPS_MAX && oldest !== undefined) steps.delete(oldest);
  }

  function changed(): void {
    for (const listener of listeners) listener();
  }

  return {
    held(text) {
      const { context, event } = JSON.parse(text) as { context: Batch['context']; event: StepEvent }; // the host's own
      put(context, event, 'held');
      changed();
    },
    sent({ context, events }, way) {
      for (const event of events) {
        put(context, event, way === 'host' ? 'sent' : 'http');
        if (way === 'page') ofPages.add(event.eventId);
      }
      changed();
    },
    countOfPages: () => ofPages.size,
    steps: () => Array.from(steps.values()).sort(byLogicalClock),
    onChange: (listener) => void listeners.push(listener),
  };
}

function stepOf({ sessionId, surface }: Batch['context'], event: StepEvent): Omit<Step, 'state'> {
  const { eventId, type, seq, page = '', logicalMs = event.occurredAt, logicalCount = 0 } = event;
  return { eventId, sessionId, surface, type, page, detail: detailOf(event), at: [logicalMs, logicalCount], seq };
}

function detailOf(event: StepEvent): string {
  const { name, goal, target, module, form, phase, userId, fromPage, way, dwellMs } = event;
  if (fromPage !== undefined) return `${way} from ${fromPage}`;
  if (dwellMs !== undefined) return `${(dwellMs / 1_000).toFixed(1)} s`;
  return name ?? goal ?? target ?? module ?? form ?? phase ?? userId ?? '';
}

/** Logical clock, count, number: the order of the collector's tables. */
function byLogicalClock(a: Step, b: Step): number {
  if (isBefore(a.at, b.at)) return -1;
  return isBefore(b.at, a.at) ? 1 : a.seq - b.seq;
}
