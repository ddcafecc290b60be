package io.btrdb.cli.backup;

import io.btrdb.backup.BackupException;
import io.btrdb.cli.terminal.CommandFailed;
import io.btrdb.cli.terminal.ExitCode;
import io.btrdb.node.backup.SeedException;
import io.btrdb.storage.StorageException;
import java.util.concurrent.Callable;

/** Turns what goes wrong with folders and disks into messages for the user. */
final class Complaint {
  private Complaint() {}

  static int orCode(Callable<Integer> work) throws Exception {
    try {
      return work.call();
    } catch (BackupException | SeedException | StorageException e) {
      throw new CommandFailed(ExitCode.FAILED, e.getMessage(), e);
    }
  }
}
