package dev.tidemark.bridge;

import java.io.IOException;
import java.util.Map;

/** One way to the collector. Redirects are not followed: what a POST becomes by them is no batch. */
public interface HttpPost {
  /** What came back. */
  final class Answer {
    public final int status;
    /** The header of that name, or null. */
    public final String retryAfter;
    public final String body;

    public Answer(int status, String retryAfter, String body) {
      this.status = status;
      this.retryAfter = retryAfter;
      this.body = body;
    }
  }

  /** @throws IOException when there was no answer. */
  Answer post(String url, Map<String, String> headers, byte[] body) throws IOException;
}
