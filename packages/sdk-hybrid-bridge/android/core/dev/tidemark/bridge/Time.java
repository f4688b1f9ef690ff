package dev.tidemark.bridge;

/** The device's clocks. */
public interface Time {
  /** Epoch milliseconds; may step. */
  long wallMs();

  /** Milliseconds since any moment; never steps. On Android {@code SystemClock.elapsedRealtime()}, which runs on in sleep. */
  long monotonicMs();
}
