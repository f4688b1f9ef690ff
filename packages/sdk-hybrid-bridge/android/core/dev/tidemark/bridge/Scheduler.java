package dev.tidemark.bridge;

/** Runs work later, one piece after the other, where it may wait for the network. */
public interface Scheduler {
  void schedule(long delayMs, Runnable work);
}
