package android.content;

/** Here, and in all of test-stubs: the signatures that are used, as in the documentation of Android; nothing happens. */
public abstract class Context {
  public Context getApplicationContext() {
    return this;
  }

  public java.io.File getFilesDir() {
    return null;
  }
}
