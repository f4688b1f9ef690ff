package dev.tidemark.bridge;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URL;
import java.util.Map;

/** By what every Android has. */
public final class UrlConnectionPost implements HttpPost {
  private static final int CONNECT_MS = 10000;
  private static final int READ_MS = 30000;
  /** An ack that rejects each of 50 events is some kilobytes; a captive portal may send more, and is not read on. */
  private static final int ANSWER_BYTES_MAX = 256 * 1024;

  @Override
  public Answer post(String url, Map<String, String> headers, byte[] body) throws IOException {
    HttpURLConnection connection = (HttpURLConnection) new URL(url).openConnection();
    try {
      connection.setConnectTimeout(CONNECT_MS);
      connection.setReadTimeout(READ_MS);
      connection.setInstanceFollowRedirects(false);
      connection.setUseCaches(false);
      connection.setRequestMethod("POST");
      connection.setDoOutput(true);
      connection.setFixedLengthStreamingMode(body.length); // else a POST is repeated in silence after a reset
      for (Map.Entry<String, String> header : headers.entrySet()) connection.setRequestProperty(header.getKey(), header.getValue());
      try (OutputStream out = connection.getOutputStream()) {
        out.write(body);
      }
      int status = connection.getResponseCode();
      InputStream in = status >= 400 ? connection.getErrorStream() : connection.getInputStream();
      return new Answer(status, connection.getHeaderField("Retry-After"), in == null ? "" : readAll(in));
    } finally {
      connection.disconnect();
    }
  }

  private static String readAll(InputStream in) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    byte[] buffer = new byte[8192];
    try (InputStream source = in) {
      for (int read = source.read(buffer); read >= 0 && bytes.size() < ANSWER_BYTES_MAX; read = source.read(buffer)) {
        bytes.write(buffer, 0, read);
      }
    }
    return new String(bytes.toByteArray(), Utf8.CHARSET);
  }
}
