package dev.tidemark.bridge;

import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;

/** A thread of its own, which does not keep the process alive. */
public final class ThreadScheduler implements Scheduler {
  private final ScheduledExecutorService executor;

  public ThreadScheduler(final String name) {
    executor = Executors.newSingleThreadScheduledExecutor(new ThreadFactory() {
      @Override
      public Thread newThread(Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        return thread;
      }
    });
  }

  @Override
  public void schedule(long delayMs, Runnable work) {
    if (!executor.isShutdown()) executor.schedule(work, delayMs, TimeUnit.MILLISECONDS);
  }

  /** What is under way is finished; nothing else begins. */
  public void close() {
    executor.shutdownNow();
  }
}
