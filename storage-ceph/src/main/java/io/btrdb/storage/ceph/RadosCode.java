package io.btrdb.storage.ceph;

/** What librados answers when it fails: the names of errno, and what an operator can do. */
enum RadosCode {
  EPERM(1, "the user's caps do not allow it: grant rwx on this pool and namespace"),
  ENOENT(2, "it is not there"),
  EIO(5, "the pool cannot read its own data: look at ceph health detail"),
  EACCES(13, "the user or its key is not accepted: compare the keyring with ceph auth get"),
  EEXIST(17, "it is there already"),
  EINVAL(22, "the pool does not take this: look at the versions of librados and the OSDs"),
  EFBIG(27, "too large for an object: raise osd_max_object_size"),
  ENOSPC(28, "the cluster is full: add OSDs or free space"),
  ERANGE(34, "it has a newer version"),
  EOVERFLOW(75, "it has an older version"),
  EMSGSIZE(90, "too large for one write: raise osd_max_write_size"),
  EOPNOTSUPP(95, "the pool does not support it; the monitors may refuse this authentication"),
  ENOTCONN(107, "the connection is closed"),
  ESHUTDOWN(
      108,
      "this client is on the blocklist (EBLOCKLISTED), fenced off by an operator: start the node"
          + " again, or ceph osd blocklist rm its address"),
  ETIMEDOUT(110, "no answer in time: monitors or OSDs are down, paused or out of reach"),
  EDQUOT(122, "the pool's quota is used up: ceph osd pool set-quota, or free space"),
  ECANCELED(125, "it was cancelled"),
  UNKNOWN(0, "look at ceph status and at the log of the OSDs");

  private final int errno;
  private final String advice;

  RadosCode(int errno, String advice) {
    this.errno = errno;
    this.advice = advice;
  }

  /** The name of a negative answer. */
  static RadosCode of(int answer) {
    for (RadosCode code : values()) {
      if (code.errno == -answer && code != UNKNOWN) {
        return code;
      }
    }
    return UNKNOWN;
  }

  boolean is(int answer) {
    return answer == -errno;
  }

  String advice() {
    return advice;
  }

  /** For example {@code EDQUOT: the pool's quota is used up}. */
  static String describe(int answer) {
    RadosCode code = of(answer);
    return (code == UNKNOWN ? "errno " + -answer : code.name()) + ": " + code.advice;
  }
}
