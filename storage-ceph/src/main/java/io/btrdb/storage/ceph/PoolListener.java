package io.btrdb.storage.ceph;

/** Hears of every call to a pool when it has ended. Called from any thread; must be quick. */
public interface PoolListener {
  /** Listens to nothing. */
  PoolListener NONE =
      new PoolListener() {
        @Override
        public void answered(PoolCall call, int bytes, long nanos) {}

        @Override
        public void failed(PoolCall call, String code, long nanos) {}
      };

  /**
   * A call was answered; that an object is not there, or is there already, is an answer.
   *
   * @param bytes read or written
   * @param nanos from its start to its end
   */
  void answered(PoolCall call, int bytes, long nanos);

  /**
   * A call failed.
   *
   * @param code for example ETIMEDOUT
   */
  void failed(PoolCall call, String code, long nanos);
}
