package io.btrdb.storage.faulty;

/** What can go wrong in one call. */
public enum Fault {
  /** The call throws and has no effect. */
  FAIL,

  /** The call takes effect, then throws: its caller cannot know. */
  FAIL_AFTER,

  /** A prefix of the bytes lands on the disk, then the call throws. */
  TEAR,

  /**
   * One bit differs: on a read in the answer only, on a write for good in what is stored. The call
   * does not notice.
   */
  FLIP_BIT,

  /** A read answers with bytes from another place. The call does not notice. */
  MISDIRECT
}
