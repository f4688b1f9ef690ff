package dev.tidemark.bridge;

/** An event that waits in the host's queue. */
public final class QueuedEvent {
  public final String queueId;
  public final long seq;
  public final String eventId;
  /** JSON of the context; events of the same text travel together. */
  public final String context;
  /** JSON of the event: what came from a page is what the page wrote. */
  public final String event;
  /** The host's wall clock minus that of the page it came from, milliseconds. */
  public final long skewMs;

  public QueuedEvent(String queueId, long seq, String eventId, String context, String event, long skewMs) {
    this.queueId = queueId;
    this.seq = seq;
    this.eventId = eventId;
    this.context = context;
    this.event = event;
    this.skewMs = skewMs;
  }

  int chars() {
    return event.length() + context.length();
  }
}
