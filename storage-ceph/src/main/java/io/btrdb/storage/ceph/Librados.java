package io.btrdb.storage.ceph;

import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.IntByReference;
import com.sun.jna.ptr.LongByReference;
import com.sun.jna.ptr.PointerByReference;
import io.btrdb.storage.StorageException;
import java.util.Optional;

/**
 * The functions of librados that this room uses, and no others, each bound as it is in {@code
 * rados/librados.h}. A {@code long} is a {@code size_t}, a {@code uint64_t} or a pointer, so this
 * is for 64-bit machines; a pointer is owned by who asked for it. Functions that return an int
 * return a negative errno when they fail. None is called before {@link #load}.
 */
final class Librados {
  /** The name with the version of the interface: there is no unversioned one without headers. */
  private static final String LIBRARY = "librados.so.2";

  private Librados() {}

  /**
   * Loads the library, once in a process.
   *
   * @throws StorageException when it is not installed, or not for this machine
   */
  static void load() {
    // Its initialisation happens once, and is over when this goes on.
    Loading.FAILURE.ifPresent(
        e -> {
          throw new StorageException(e.getMessage(), e);
        });
  }

  /** Binds the functions to a library. */
  static void load(String library) {
    if (Native.POINTER_SIZE != Long.BYTES) {
      throw new StorageException("storage in Ceph needs a 64-bit JVM");
    }
    try {
      Native.register(Librados.class, NativeLibrary.getInstance(library));
    } catch (LinkageError e) {
      throw new StorageException(
          library
              + " cannot be loaded, so there is no storage in Ceph on this machine. Install it"
              + " (Debian, Ubuntu: apt-get install librados2; Fedora, RHEL: dnf install librados2)"
              + " or use storage: local. The loader says: "
              + String.valueOf(e.getMessage()).lines().findFirst().orElse("nothing"),
          e);
    }
  }

  /** {@code major.minor.extra} of the loaded library; needs no cluster. */
  static String version() {
    load();
    IntByReference major = new IntByReference();
    IntByReference minor = new IntByReference();
    IntByReference extra = new IntByReference();
    rados_version(major, minor, extra);
    return major.getValue() + "." + minor.getValue() + "." + extra.getValue();
  }

  static native void rados_version(
      IntByReference major, IntByReference minor, IntByReference extra);

  static native int rados_create2(
      PointerByReference cluster, String clusterName, String user, long flags);

  static native int rados_conf_read_file(Pointer cluster, String path);

  static native int rados_conf_set(Pointer cluster, String option, String value);

  static native int rados_connect(Pointer cluster);

  static native void rados_shutdown(Pointer cluster);

  static native long rados_pool_lookup(Pointer cluster, String pool);

  static native int rados_ioctx_create(Pointer cluster, String pool, PointerByReference io);

  static native void rados_ioctx_set_namespace(Pointer io, String namespace);

  /** A write or removal in a full pool is answered with ENOSPC or EDQUOT and does not wait. */
  static native void rados_set_pool_full_try(Pointer io);

  static native void rados_ioctx_destroy(Pointer io);

  /** The callback is always null: completions are waited for. */
  static native int rados_aio_create_completion2(
      Pointer argument, Pointer callback, PointerByReference completion);

  static native int rados_aio_wait_for_complete(Pointer completion);

  static native int rados_aio_get_return_value(Pointer completion);

  static native long rados_aio_get_version(Pointer completion);

  static native void rados_aio_release(Pointer completion);

  static native Pointer rados_create_read_op();

  static native void rados_release_read_op(Pointer operation);

  /**
   * Fills the three targets, which must stay where they are until the operation is complete: the
   * bytes, their number in 8 bytes, what came of the read in 4 bytes.
   */
  static native void rados_read_op_read(
      Pointer operation, long offset, long length, Pointer target, Pointer count, Pointer answer);

  static native int rados_aio_read_op_operate(
      Pointer operation, Pointer io, Pointer completion, String object, int flags);

  /** Fills both targets of 8 bytes, which must stay where they are until it is complete. */
  static native int rados_aio_stat(
      Pointer io, String object, Pointer completion, Pointer size, Pointer modified);

  static native int rados_aio_remove(Pointer io, String object, Pointer completion);

  static native Pointer rados_create_write_op();

  static native void rados_release_write_op(Pointer operation);

  static native void rados_write_op_create(Pointer operation, int exclusive, String category);

  static native void rados_write_op_assert_version(Pointer operation, long version);

  /** Copies the source before it returns. */
  static native void rados_write_op_write_full(Pointer operation, Pointer source, long length);

  static native int rados_aio_write_op_operate(
      Pointer operation,
      Pointer io,
      Pointer completion,
      String object,
      LongByReference modified,
      int flags);

  static native int rados_nobjects_list_open(Pointer io, PointerByReference list);

  /** The entry is the list's own, until the next call; -ENOENT at the end. */
  static native int rados_nobjects_list_next(
      Pointer list, PointerByReference entry, PointerByReference key, PointerByReference namespace);

  static native void rados_nobjects_list_close(Pointer list);

  private static final class Loading {
    static final Optional<StorageException> FAILURE = attempt();

    private static Optional<StorageException> attempt() {
      try {
        load(LIBRARY);
        return Optional.empty();
      } catch (StorageException e) {
        return Optional.of(e);
      }
    }
  }
}
