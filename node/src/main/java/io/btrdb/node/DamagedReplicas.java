package io.btrdb.node;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sets a node's damaged logs and state aside, so that it comes back as a new incarnation and
 * fetches everything from the others. Nothing is deleted: the old files stay for whoever wants to
 * look. Segments stay in use; each of their blocks is verified when it is read.
 */
final class DamagedReplicas {
  private static final Logger LOG = LoggerFactory.getLogger(DamagedReplicas.class);
  private static final String MARK = "replicas-damaged";
  private static final String[] MEMORY = {"incarnation", "raft", "state", "groups"};

  private DamagedReplicas() {}

  /** To be set aside at the next start. */
  static void mark(Path dataDirectory) {
    try {
      Files.writeString(dataDirectory.resolve(MARK), Instant.now().toString());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot mark the damaged replicas in " + dataDirectory, e);
    }
  }

  static void setAsideIfMarked(Path dataDirectory) {
    Path mark = dataDirectory.resolve(MARK);
    if (!Files.exists(mark)) {
      return;
    }
    String time =
        DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss")
            .withZone(ZoneOffset.UTC)
            .format(Instant.now());
    Path aside = dataDirectory.resolve("damaged-" + time);
    try {
      Files.createDirectories(aside);
      // The incarnation first: with it gone, this node is somebody else whatever happens next.
      for (String name : MEMORY) {
        if (Files.exists(dataDirectory.resolve(name))) {
          Files.move(dataDirectory.resolve(name), aside.resolve(name));
        }
      }
      Files.delete(mark);
      LOG.warn("the damaged replicas are set aside in {}; this node comes back anew", aside);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot set damaged replicas aside in " + aside, e);
    }
  }
}
