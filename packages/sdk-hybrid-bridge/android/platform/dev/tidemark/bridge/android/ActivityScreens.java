package dev.tidemark.bridge.android;

import android.app.Activity;
import android.app.Application;
import android.os.Bundle;

/** Tells Tidemark which activity is shown, and when the app goes to the background: {@code registerActivityLifecycleCallbacks}. */
public final class ActivityScreens implements Application.ActivityLifecycleCallbacks {
  /** What the app calls an activity. */
  public interface Names {
    /** @return null for an activity that is no screen, or one whose fragments say {@link Tidemark#showScreen} themselves. */
    Screen screenOf(Activity activity);
  }

  private final Tidemark tidemark;
  private final Names names;
  private int started;
  private Activity created;
  private Activity shown;

  public ActivityScreens(Tidemark tidemark, Names names) {
    this.tidemark = tidemark;
    this.names = names;
  }

  @Override
  public void onActivityCreated(Activity activity, Bundle savedState) {
    created = activity;
  }

  @Override
  public void onActivityStarted(Activity activity) {
    if (started++ == 0) tidemark.foreground();
  }

  @Override
  public void onActivityResumed(Activity activity) {
    Screen screen = activity == shown ? null : names.screenOf(activity);
    if (screen == null) return; // the app comes back, or a dialogue went away: the same view goes on
    tidemark.showScreen(screen, activity == created ? "push" : "back");
    created = null;
    shown = activity;
  }

  @Override
  public void onActivityPaused(Activity activity) {
  }

  @Override
  public void onActivityStopped(Activity activity) {
    if (--started == 0 && !activity.isChangingConfigurations()) tidemark.background();
  }

  @Override
  public void onActivitySaveInstanceState(Activity activity, Bundle state) {
  }

  @Override
  public void onActivityDestroyed(Activity activity) {
    if (activity == shown) shown = null;
    if (activity == created) created = null;
  }
}
