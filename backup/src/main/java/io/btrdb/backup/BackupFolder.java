package io.btrdb.backup;

import io.btrdb.backup.BackupManifest.Group;
import io.btrdb.backup.BackupManifest.Segment;
import io.btrdb.backup.BackupManifest.StateFile;
import io.btrdb.storage.CorruptBlockException;
import io.btrdb.storage.SegmentId;
import io.btrdb.storage.SegmentVerifier;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.LongConsumer;
import java.util.stream.Stream;

/**
 * A folder of backups. Segments never change, and one of a cluster has the same bytes on all its
 * replicas, so each is kept once for all backups; files of the state are kept by their digest.
 *
 * <pre>
 * DIR/BTRDB-BACKUPS                       "btrdb-backups 1" LF: the version of the layout
 * DIR/LOCK                                locked by whoever writes
 * DIR/backups/ID                          {@link ManifestText}; written last, when all it names is on the disk
 * DIR/state/SHA256                        a file of a checkpoint
 * DIR/segments/CLUSTER/SHARD/SEGMENT      a segment; cluster as UUID, shard as 4 and segment as
 *                                         term-sequence of 8 and 8 hexadecimal digits
 * *.unfinished                            what a broken-off run left
 * </pre>
 *
 * <p>Crashes: a backup exists once its manifest does. What an interrupted run has copied of
 * segments counts for the next one.
 *
 * <p>Errors: {@link BackupException}. Threads: any, one writer at a time by {@link #lock}.
 */
public final class BackupFolder {
  private static final String MARK = "BTRDB-BACKUPS";
  private static final String MARK_KIND = "btrdb-backups ";
  private static final String MARK_TEXT = MARK_KIND + "1\n";
  private static final DateTimeFormatter ID_TIME =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);
  private static final String ID = "[0-9]{8}T[0-9]{6}Z(-[0-9]+)?";
  private static final int COPY_BYTES = 1 << 20;

  private final Path root;
  private final DurableWrites writes = new DurableWrites();

  private BackupFolder(Path root) {
    this.root = root;
  }

  /** Opens a folder for reading and writing, making it when it is not there or empty. */
  public static BackupFolder create(Path folder) {
    Path root = folder.toAbsolutePath().normalize();
    BackupFolder opened = new BackupFolder(root);
    try {
      Files.createDirectories(root);
      if (Files.notExists(root.resolve(MARK))) {
        checkEmpty(root);
        opened.writes.write(root.resolve(MARK), MARK_TEXT.getBytes(StandardCharsets.US_ASCII));
      }
      opened.writes.settle();
    } catch (IOException e) {
      throw BackupException.failed("writing to", root, e);
    }
    opened.checkMark();
    return opened;
  }

  /** Opens a folder that holds backups. */
  public static BackupFolder open(Path folder) {
    BackupFolder opened = new BackupFolder(folder.toAbsolutePath().normalize());
    opened.checkMark();
    return opened;
  }

  private static void checkEmpty(Path root) throws IOException {
    try (Stream<Path> entries = Files.list(root)) {
      Optional<Path> other =
          entries
              .filter(entry -> !entry.getFileName().toString().startsWith(MARK))
              .filter(entry -> !entry.endsWith("LOCK"))
              .findFirst();
      if (other.isPresent()) {
        throw new BackupException(
            root
                + " is not a folder of backups and not empty (it has "
                + other.get().getFileName()
                + "): choose another");
      }
    }
  }

  private void checkMark() {
    String found;
    try {
      found = Files.readString(root.resolve(MARK));
    } catch (NoSuchFileException e) {
      throw new BackupException(root + " is not a folder of backups: it has no file " + MARK, e);
    } catch (IOException e) {
      throw BackupException.failed("reading", root.resolve(MARK), e);
    }
    if (!found.equals(MARK_TEXT)) {
      throw new BackupException(
          root.resolve(MARK)
              + " says \""
              + found.strip()
              + "\", this release knows \""
              + MARK_TEXT.strip()
              + (found.startsWith(MARK_KIND) ? "\": use the newer release that wrote it" : "\""));
    }
  }

  public Path path() {
    return root;
  }

  /** Held while something is written or pruned. */
  public interface Lock extends AutoCloseable {
    @Override
    void close();
  }

  /** Keeps other programs from writing to the folder. */
  public Lock lock() {
    Path file = root.resolve("LOCK");
    try {
      FileChannel channel =
          FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      if (channel.tryLock() == null) {
        channel.close();
        throw busy();
      }
      return () -> release(channel, file);
    } catch (OverlappingFileLockException e) {
      throw busy();
    } catch (IOException e) {
      throw BackupException.failed("locking", file, e);
    }
  }

  private BackupException busy() {
    return new BackupException("another program is writing to " + root + ": wait for it");
  }

  private static void release(FileChannel channel, Path file) {
    try {
      channel.close();
    } catch (IOException e) {
      throw BackupException.failed("unlocking", file, e);
    }
  }

  /** An id for a backup that starts now, unused in this folder. */
  public String newId(long nowMillis) {
    String base = ID_TIME.format(Instant.ofEpochMilli(nowMillis));
    String id = base;
    for (int i = 2; Files.exists(manifestFile(id)); i++) {
      id = base + "-" + i;
    }
    return id;
  }

  /** Ids of the backups, oldest first. */
  public List<String> ids() {
    Path backups = root.resolve("backups");
    if (Files.notExists(backups)) {
      return List.of();
    }
    try (Stream<Path> entries = Files.list(backups)) {
      return entries
          .map(entry -> entry.getFileName().toString())
          .filter(name -> name.matches(ID))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw BackupException.failed("listing", backups, e);
    }
  }

  /**
   * What a backup consists of.
   *
   * @throws BackupException also when there is no such backup
   */
  public BackupManifest read(String id) {
    Path file = manifestFile(id);
    if (!id.matches(ID) || Files.notExists(file)) {
      throw new BackupException(
          root + " has no backup " + id + ", only " + (ids().isEmpty() ? "none at all" : ids()));
    }
    try {
      return ManifestText.decode(file.toString(), Files.readAllBytes(file));
    } catch (IOException e) {
      throw BackupException.failed("reading", file, e);
    }
  }

  /** Whether a segment is here already, from an earlier backup or an interrupted one. */
  public boolean holds(UUID cluster, SegmentId id, long size) {
    try {
      Path file = segmentFile(cluster, id);
      return Files.exists(file) && Files.size(file) == size;
    } catch (IOException e) {
      throw BackupException.failed("reading", segmentFile(cluster, id), e);
    }
  }

  /**
   * Stores a segment durably, after checking every block of it.
   *
   * @throws CorruptBlockException when it is damaged
   */
  public Segment put(UUID cluster, SegmentId id, byte[] segment) {
    SegmentVerifier.verify(id, segment);
    Path file = segmentFile(cluster, id);
    try {
      writes.write(file, segment);
    } catch (IOException e) {
      throw BackupException.failed("writing", file, e);
    }
    return new Segment(id.number(), segment.length, Sha256.of(segment));
  }

  /** What a stored segment is, from all its bytes; empty when they are damaged. */
  public Optional<Segment> describe(UUID cluster, SegmentId id) {
    byte[] bytes = bytes(segmentFile(cluster, id));
    try {
      SegmentVerifier.verify(id, bytes);
    } catch (CorruptBlockException e) {
      return Optional.empty();
    }
    return Optional.of(new Segment(id.number(), bytes.length, Sha256.of(bytes)));
  }

  /** All bytes of a segment, checked against its digest. */
  public byte[] segment(UUID cluster, int shard, Segment segment) {
    Path file = segmentFile(cluster, new SegmentId(shard, segment.number()));
    byte[] bytes = bytes(file);
    if (!Sha256.of(bytes).equals(segment.sha256())) {
      throw damaged(file);
    }
    return bytes;
  }

  /** Begins to store a file of a state. */
  public StateUpload upload() {
    try {
      return new StateUpload(root.resolve("state"), writes);
    } catch (IOException e) {
      throw BackupException.failed("writing to", root.resolve("state"), e);
    }
  }

  /** Takes pieces of a file in order; the array is not kept. */
  public interface Sink {
    void take(byte[] piece);
  }

  /**
   * Hands out a file of a state in pieces of at most 1 MiB, then checks what it has handed out
   * against the digest.
   */
  public void read(StateFile file, Sink sink) {
    Path path = root.resolve("state").resolve(file.sha256());
    MessageDigest digest = Sha256.start();
    try (InputStream in = Files.newInputStream(path)) {
      for (byte[] piece = in.readNBytes(COPY_BYTES);
          piece.length > 0;
          piece = in.readNBytes(COPY_BYTES)) {
        digest.update(piece);
        sink.take(piece);
      }
    } catch (IOException e) {
      throw BackupException.failed("reading", path, e);
    }
    if (!Sha256.text(digest).equals(file.sha256())) {
      throw damaged(path);
    }
  }

  /** Makes a backup exist: everything it names is on the disk when its manifest is. */
  public void publish(BackupManifest manifest) {
    Path file = manifestFile(manifest.id());
    try {
      writes.settle();
      writes.write(file, ManifestText.encode(manifest));
      writes.settle();
    } catch (IOException e) {
      throw BackupException.failed("writing", file, e);
    }
  }

  /**
   * Reads everything that a backup names.
   *
   * @param progress told how many bytes were read since it was told last
   * @return what is wrong, a sentence each; empty when the backup can be restored
   */
  public List<String> check(BackupManifest manifest, LongConsumer progress) {
    List<String> faults = new ArrayList<>();
    for (Group group : manifest.groups()) {
      for (StateFile file : group.files()) {
        checkOne(faults, () -> read(file, piece -> progress.accept(piece.length)));
      }
      for (Segment segment : group.segments()) {
        int shard = group.range().orElseThrow().shard();
        checkOne(faults, () -> segment(manifest.cluster(), shard, segment));
        progress.accept(segment.size());
      }
    }
    return faults;
  }

  private static void checkOne(List<String> faults, Runnable reading) {
    try {
      reading.run();
    } catch (BackupException e) {
      faults.add(e.getMessage());
    }
  }

  /** What was deleted by a {@link Pruning}. */
  public record Pruned(List<String> backups, long files, long bytes) {}

  /** Deletes all backups but the newest, then what no backup needs; hold the {@link #lock}. */
  public Pruned prune(int keep) {
    return new Pruning(this, root).run(keep);
  }

  Path manifestFile(String id) {
    return root.resolve("backups").resolve(id);
  }

  Path segmentFile(UUID cluster, SegmentId id) {
    return root.resolve("segments")
        .resolve(cluster.toString())
        .resolve(String.format("%04x", id.shard()))
        .resolve(String.format("%08x-%08x", id.term(), id.sequence()));
  }

  private static byte[] bytes(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw BackupException.failed("reading", file, e);
    }
  }

  private static BackupException damaged(Path file) {
    return new BackupException(file + " is damaged: its checksum does not match");
  }
}
