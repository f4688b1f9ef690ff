package dev.tidemark.bridge;

/**
 * A hybrid logical clock (S. Kulkarni et al., "Logical Physical Clocks", OPODIS 2014): what happened after a message was heard
 * is stamped after it was sent, however far the wall clocks are apart.
 */
public final class LogicalClock {
  /** Sides of a bridge are on one device; wall clocks that are further apart are no clocks. */
  private static final long FAR_MS = 86400000L;

  private final Time time;
  /** The latest wall clock: who sets it back does not make strangers of the pages that are open. */
  private long latestMs;
  private Stamp last = Stamp.ZERO;

  public LogicalClock(Time time) {
    this.time = time;
  }

  /** The stamp of something that happens now, or of a message that leaves now: after every stamp given or heard before. */
  public Stamp tick() {
    long now = time.wallMs();
    if (now > last.ms) last = new Stamp(now, 0);
    else last = last.count < Stamp.COUNT_MAX ? new Stamp(last.ms, last.count + 1) : new Stamp(last.ms + 1, 0);
    return last;
  }

  /** A message came with this stamp. */
  public void hear(Stamp stamp) {
    if (stamp != null && last.isBefore(stamp)) last = stamp;
  }

  /** Whether it is more than a day ahead of the latest wall clock: heard, it would carry all stamps to come away for good. */
  public boolean isFar(Stamp stamp) {
    latestMs = Math.max(latestMs, time.wallMs());
    return stamp.ms - latestMs > FAR_MS;
  }

  /** How far it is now, without a tick: milliseconds. */
  public long nowMs() {
    return Math.max(last.ms, time.wallMs());
  }
}
