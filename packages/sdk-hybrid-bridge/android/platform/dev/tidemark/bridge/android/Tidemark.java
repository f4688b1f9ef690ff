package dev.tidemark.bridge.android;

import android.content.Context;
import android.os.SystemClock;
import dev.tidemark.bridge.EventQueue;
import dev.tidemark.bridge.FramedFile;
import dev.tidemark.bridge.Host;
import dev.tidemark.bridge.HostOptions;
import dev.tidemark.bridge.JsonObject;
import dev.tidemark.bridge.Randomness;
import dev.tidemark.bridge.SecureRandomness;
import dev.tidemark.bridge.ThreadScheduler;
import dev.tidemark.bridge.Time;
import dev.tidemark.bridge.Uploader;
import dev.tidemark.bridge.UrlConnectionPost;
import java.io.File;
import java.io.IOException;
import java.util.Map;

/**
 * Tidemark in an Android app: one for the process. Every call returns at once; the work is done on a thread of its own, in the
 * order of the calls. Where the disk cannot be used at all, nothing is tracked here, and pages send by themselves.
 */
public final class Tidemark {
  private final ThreadScheduler worker = new ThreadScheduler("tidemark");
  private final ThreadScheduler network = new ThreadScheduler("tidemark-network");
  /** Null until it is open; of the worker alone, as the uploader is. */
  private Host host;
  private Uploader uploader;

  private Tidemark() {
  }

  /** @param writeKey the public key {@code tm_pk_...} of the workspace. */
  public static Tidemark open(Context context, HostOptions options, String endpoint, String writeKey) {
    Tidemark tidemark = new Tidemark();
    File directory = new File(context.getApplicationContext().getFilesDir(), "tidemark");
    tidemark.worker.schedule(0, () -> tidemark.openNow(directory, options, endpoint, writeKey));
    return tidemark;
  }

  private void openNow(File directory, HostOptions options, String endpoint, String writeKey) {
    if (!directory.isDirectory() && !directory.mkdirs()) return;
    Time time = new DeviceTime();
    Randomness random = new SecureRandomness();
    try {
      EventQueue queue = EventQueue.open(new FramedFile(new File(directory, "queue.log")), time, random);
      Host opened = new Host(options, queue, time, random);
      uploader = new Uploader(queue, new UrlConnectionPost(), network, time, random);
      uploader.configure(endpoint, writeKey);
      opened.whenAdded(uploader::nudge);
      host = opened;
    } catch (IOException noDisk) {
      host = null;
    }
  }

  /** Work with the host. */
  interface Work {
    void with(Host host);
  }

  void later(Work work) {
    worker.schedule(0, () -> {
      if (host != null) work.with(host);
    });
  }

  /** @param fields those of the type, and {@code props}; for a custom event at least {@code name}. */
  public void track(String type, JsonObject fields) {
    later(host -> host.track(type, fields));
  }

  public void identify(String userId) {
    later(host -> host.identify(userId));
  }

  /** Signed out. */
  public void reset() {
    later(Host::reset);
  }

  /** @param purposes whether granted, by {@code analytics}, {@code marketing}, {@code risk}. */
  public void consent(Map<String, Boolean> purposes) {
    later(host -> host.consent(purposes));
  }

  /** @param way how it came to be shown: {@code push}, {@code back}, {@code tab}, {@code deep_link}, ... */
  public void showScreen(Screen screen, String way) {
    later(host -> host.showScreen(screen.name, screen.template, way, screen.page == null ? null : screen.page.opened()));
  }

  public void foreground() {
    later(Host::foreground);
  }

  /** The process may end at any time from here on: sends what it can. */
  public void background() {
    later(host -> {
      host.background();
      host.tellGivenUp(uploader.takeOwnGivenUp());
      uploader.flush();
    });
  }

  private static final class DeviceTime implements Time {
    @Override
    public long wallMs() {
      return System.currentTimeMillis();
    }

    @Override
    public long monotonicMs() {
      return SystemClock.elapsedRealtime();
    }
  }
}
