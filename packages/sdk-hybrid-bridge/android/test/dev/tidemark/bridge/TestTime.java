package dev.tidemark.bridge;

/** Clocks that stand still until they are set. */
final class TestTime implements Time {
  long wallMs;
  long monotonicMs;

  @Override
  public long wallMs() {
    return wallMs;
  }

  @Override
  public long monotonicMs() {
    return monotonicMs;
  }
}
