package dev.tidemark.bridge;

import java.io.File;
import java.util.Collections;

/**
 * A host before a real collector: {@code CollectorRunner endpoint writeKey directory halt|finish}. Prints a line for each event
 * that it tracked, in the order in which they happened. With {@code halt} the process ends as in a crash, when the collector has
 * taken a batch and the host has not heard of it; {@code finish} opens the same directory and goes on until all is delivered.
 */
public final class CollectorRunner {
  private static final long WITHIN_MS = 30000;
  private static final int CLICKS = 120;

  private CollectorRunner() {
  }

  public static void main(String[] arguments) throws Exception {
    boolean halts = arguments[3].equals("halt");
    Time time = new Time() {
      @Override
      public long wallMs() {
        return System.currentTimeMillis();
      }

      @Override
      public long monotonicMs() {
        return System.nanoTime() / 1000000;
      }
    };
    Randomness random = new SecureRandomness();
    EventQueue queue = EventQueue.open(new TellingLog(new FramedFile(new File(arguments[2], "queue.log"))), time, random);
    HostOptions options = new HostOptions("shop").origins(Collections.singleton("https://shop.example"));
    Host host = new Host(options, queue, time, random);
    HttpPost http = halts ? haltingAfter(2) : new UrlConnectionPost();
    Uploader uploader = new Uploader(queue, http, new ThreadScheduler("network"), time, random);
    host.whenAdded(uploader::nudge);
    host.showScreen("Home", "home", "push", null);
    visitPage(host, time, random);
    uploader.configure(arguments[0], arguments[1]);
    for (int n = 0; halts || n < CLICKS; n++) {
      host.track("click", new JsonObject().put("target", "button-" + n));
      if (n % 10 == 0) Thread.sleep(1);
      if (n == CLICKS) Thread.sleep(WITHIN_MS); // the collector's answer ends the process before
    }
    finish(queue, uploader, time);
  }

  private static void visitPage(Host host, Time time, Randomness random) throws InterruptedException {
    Thread.sleep(5);
    RunningPage page = new RunningPage(host, time, random);
    long startedAt = page.wallMs();
    page.track("before the welcome");
    page.track("before the welcome, too");
    Thread.sleep(5);
    page.greet(startedAt);
    host.track("custom", new JsonObject().put("name", "after the welcome"));
    page.listen();
    page.track("after the welcome");
    boolean isTaken = page.handOver() && page.handOver(); // the ack of the first was lost, say
    if (!isTaken) throw new IllegalStateException("the host did not take the page's batch");
    host.showScreen("Order", "order", "back", null);
  }

  /** Sends for real, and never comes back from the n-th time. */
  private static HttpPost haltingAfter(int posts) {
    HttpPost real = new UrlConnectionPost();
    int[] count = {0};
    return (url, headers, body) -> {
      HttpPost.Answer answer = real.post(url, headers, body);
      if (++count[0] == posts) TellingLog.halt();
      return answer;
    };
  }

  private static void finish(EventQueue queue, Uploader uploader, Time time) throws Exception {
    for (long deadline = time.monotonicMs() + WITHIN_MS; !queue.waiting().isEmpty();) {
      if (time.monotonicMs() > deadline || uploader.isStopped()) throw new IllegalStateException("not all was delivered");
      uploader.flush();
      Thread.sleep(20);
    }
    queue.close();
  }
}
