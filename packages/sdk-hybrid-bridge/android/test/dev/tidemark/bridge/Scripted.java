package dev.tidemark.bridge;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;

/** A collector that answers as told, and a scheduler whose time is the test's. */
final class Scripted implements HttpPost, Scheduler {
  final List<JsonObject> bodies = new ArrayList<>();
  final List<Long> delays = new ArrayList<>();
  final Deque<Answer> answers = new ArrayDeque<>();
  private final Deque<Runnable> work = new ArrayDeque<>();
  private final TestTime time;

  Scripted(TestTime time) {
    this.time = time;
  }

  /** Told next: a status, and a body in which {@code BATCH} stands for the batch's id; status 0 for no answer. */
  Scripted then(int status, String retryAfter, String body) {
    answers.add(new Answer(status, retryAfter, body));
    return this;
  }

  Scripted thenAck() {
    return then(202, null, "{\"batchId\":\"BATCH\",\"accepted\":1,\"duplicate\":0,\"rejected\":[],\"serverTimeMs\":1}");
  }

  @Override
  public Answer post(String url, Map<String, String> headers, byte[] body) throws IOException {
    JsonObject batch;
    try {
      batch = (JsonObject) Json.read(new String(body, Utf8.CHARSET), 16);
    } catch (JsonException broken) {
      throw new AssertionError(broken);
    }
    bodies.add(batch);
    Answer told = answers.remove();
    if (told.status == 0) throw new IOException("no answer");
    return new Answer(told.status, told.retryAfter, told.body.replace("BATCH", batch.text("batchId")));
  }

  @Override
  public void schedule(long delayMs, Runnable what) {
    delays.add(delayMs);
    work.add(what);
  }

  /** Lets time pass until the next piece of work, and does it. */
  void runNext() {
    time.monotonicMs += delays.get(delays.size() - work.size());
    work.remove().run();
  }

  /** Until nothing is planned, or nothing more is told. */
  void runAll() {
    while (!work.isEmpty() && !answers.isEmpty()) runNext();
  }
}
