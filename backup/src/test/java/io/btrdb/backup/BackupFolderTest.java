package io.btrdb.backup;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.btrdb.backup.BackupManifest.Group;
import io.btrdb.backup.BackupManifest.Range;
import io.btrdb.backup.BackupManifest.Segment;
import io.btrdb.backup.BackupManifest.StateFile;
import io.btrdb.storage.CorruptBlockException;
import io.btrdb.storage.LogPosition;
import io.btrdb.storage.SegmentBuilder;
import io.btrdb.storage.SegmentId;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BackupFolderTest {
  private static final UUID CLUSTER = new UUID(1, 2);
  private static final SegmentId FIRST = SegmentId.of(0, 3, 1);
  private static final SegmentId SECOND = SegmentId.of(0, 3, 2);

  @TempDir private Path place;

  private BackupFolder folder() {
    return BackupFolder.create(place.resolve("backups"));
  }

  private static byte[] segment(SegmentId id, int seed) {
    SegmentBuilder builder = new SegmentBuilder(id);
    byte[] payload = new byte[1_000];
    new Random(seed).nextBytes(payload);
    builder.append(1, payload, 0, payload.length);
    return builder.finish(new byte[] {1, 2, 3});
  }

  private static StateFile upload(BackupFolder folder, String name, byte[] bytes) {
    try (StateUpload upload = folder.upload()) {
      upload.write(bytes);
      return upload.finish(name);
    }
  }

  private static BackupManifest manifest(String id, List<Segment> segments, List<StateFile> files) {
    return new BackupManifest(
        id,
        CLUSTER,
        "plant of the south",
        1,
        2,
        "0.1.0",
        List.of(
            new Group(Optional.of(new Range(0, 0, 4096)), new LogPosition(3, 17), files, segments),
            new Group(Optional.empty(), new LogPosition(2, 5), files, List.of())));
  }

  /** Publishes a backup of one segment more than the one before. */
  private static BackupManifest publish(BackupFolder folder, String id, SegmentId... segments) {
    List<Segment> stored = new ArrayList<>();
    for (SegmentId each : segments) {
      byte[] bytes = segment(each, (int) each.number());
      stored.add(folder.put(CLUSTER, each, bytes));
    }
    StateFile file = upload(folder, "CURRENT", id.getBytes(StandardCharsets.UTF_8));
    BackupManifest manifest = manifest(id, stored, List.of(file));
    folder.publish(manifest);
    return manifest;
  }

  @Test
  void shouldReadBackWhatWasPublished() {
    BackupFolder folder = folder();
    BackupManifest manifest = publish(folder, "20261121T000000Z", FIRST, SECOND);
    BackupFolder again = BackupFolder.open(folder.path());
    assertEquals(List.of(manifest.id()), again.ids());
    assertEquals(manifest, again.read(manifest.id()));
    Segment first = manifest.groups().getFirst().segments().getFirst();
    assertArrayEquals(segment(FIRST, (int) FIRST.number()), again.segment(CLUSTER, 0, first));
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    again.read(manifest.groups().getFirst().files().getFirst(), bytes::writeBytes);
    assertEquals(manifest.id(), bytes.toString(StandardCharsets.UTF_8));
    assertEquals(List.of(), again.check(manifest, read -> {}));
  }

  @Test
  void shouldPrintManifestsAsTheirGrammarSays() {
    String sha = Sha256.of(new byte[0]);
    BackupManifest manifest =
        manifest(
            "20261121T000000Z",
            List.of(new Segment(FIRST.number(), 7, sha)),
            List.of(new StateFile("CURRENT", 0, sha)));
    String text = new String(ManifestText.encode(manifest), StandardCharsets.UTF_8);
    String expected =
        """
        btrdb-backup 1
        id 20261121T000000Z
        cluster 00000000-0000-0001-0000-000000000002 plant of the south
        time 1 2
        release 0.1.0
        shard 0 0 4096 3 17
        file 0 SHA CURRENT
        segment 0000000300000001 7 SHA
        catalog 2 5
        file 0 SHA CURRENT
        """
            .replace("SHA", sha);
    assertEquals(expected, text.substring(0, text.lastIndexOf("end ")));
    assertEquals(manifest, ManifestText.decode("x", text.getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void shouldRefuseAManifestWithAnyByteChanged() {
    byte[] good = ManifestText.encode(manifest("20261121T000000Z", List.of(), List.of()));
    for (int at = 0; at < good.length; at++) {
      byte[] bad = good.clone();
      bad[at] ^= 1;
      BackupException refused =
          assertThrows(BackupException.class, () -> ManifestText.decode("M", bad));
      assertTrue(refused.getMessage().startsWith("M "), refused.getMessage());
    }
  }

  @Test
  void shouldSayThatANewerReleaseWroteIt() throws IOException {
    BackupException manifest =
        assertThrows(
            BackupException.class,
            () ->
                ManifestText.decode(
                    "M", "btrdb-backup 2\nend x\n".getBytes(StandardCharsets.UTF_8)));
    assertTrue(manifest.getMessage().contains("newer release"), manifest.getMessage());
    Path folder = folder().path();
    Files.writeString(folder.resolve("BTRDB-BACKUPS"), "btrdb-backups 9\n");
    BackupException layout = assertThrows(BackupException.class, () -> BackupFolder.open(folder));
    assertTrue(layout.getMessage().contains("newer release"), layout.getMessage());
  }

  @Test
  void shouldNameTheFileThatIsDamaged() throws IOException {
    BackupFolder folder = folder();
    BackupManifest manifest = publish(folder, "20261121T000000Z", FIRST);
    Path file = folder.segmentFile(CLUSTER, FIRST);
    byte[] bytes = Files.readAllBytes(file);
    bytes[500] ^= 4;
    Files.write(file, bytes);
    List<String> faults = folder.check(manifest, read -> {});
    assertEquals(1, faults.size());
    assertTrue(faults.getFirst().contains(file.toString()), faults.getFirst());
    assertEquals(Optional.empty(), folder.describe(CLUSTER, FIRST));
  }

  @Test
  void shouldNotStoreADamagedSegment() {
    BackupFolder folder = folder();
    byte[] bytes = segment(FIRST, 1);
    bytes[500] ^= 4;
    assertThrows(CorruptBlockException.class, () -> folder.put(CLUSTER, FIRST, bytes));
    assertFalse(folder.holds(CLUSTER, FIRST, bytes.length));
  }

  @Test
  void shouldCountWhatAnInterruptedRunHasCopied() {
    byte[] bytes = segment(FIRST, 1);
    Segment copied = folder().put(CLUSTER, FIRST, bytes);
    BackupFolder next = folder();
    assertEquals(List.of(), next.ids());
    assertTrue(next.holds(CLUSTER, FIRST, bytes.length));
    assertEquals(Optional.of(copied), next.describe(CLUSTER, FIRST));
  }

  @Test
  void shouldLeaveNothingOfAFileThatDidNotArriveWhole() throws IOException {
    BackupFolder folder = folder();
    try (StateUpload upload = folder.upload()) {
      upload.write(new byte[10]);
    }
    try (var files = Files.list(folder.path().resolve("state"))) {
      assertEquals(0, files.count());
    }
  }

  @Test
  void shouldPruneWhatNoBackupNeeds() {
    BackupFolder folder = folder();
    publish(folder, "20261121T000000Z", FIRST);
    BackupManifest kept = publish(folder, "20261122T000000Z", SECOND);
    BackupFolder.Pruned pruned = folder.prune(1);
    assertEquals(List.of("20261121T000000Z"), pruned.backups());
    assertEquals(2, pruned.files());
    assertEquals(List.of(kept.id()), folder.ids());
    assertEquals(List.of(), folder.check(kept, read -> {}));
    assertFalse(Files.exists(folder.segmentFile(CLUSTER, FIRST)));
  }

  @Test
  void shouldKeepSharedSegmentsWhenPruning() {
    BackupFolder folder = folder();
    publish(folder, "20261121T000000Z", FIRST);
    BackupManifest kept = publish(folder, "20261122T000000Z", FIRST, SECOND);
    folder.prune(1);
    assertEquals(List.of(), folder.check(kept, read -> {}));
  }

  @Test
  void shouldNotPruneWhenAManifestCannotBeRead() throws IOException {
    BackupFolder folder = folder();
    publish(folder, "20261121T000000Z", FIRST);
    publish(folder, "20261122T000000Z", SECOND);
    Files.writeString(folder.manifestFile("20261122T000000Z"), "btrdb-backup 1\n");
    assertThrows(BackupException.class, () -> folder.prune(1));
    assertTrue(Files.exists(folder.segmentFile(CLUSTER, FIRST)));
  }

  @Test
  void shouldLetOneProgramWriteAtATime() {
    BackupFolder folder = folder();
    try (BackupFolder.Lock lock = folder.lock()) {
      assertThrows(BackupException.class, () -> folder().lock());
    }
    folder().lock().close();
  }

  @Test
  void shouldRefuseAFolderOfOtherThings() throws IOException {
    Files.writeString(place.resolve("letters.txt"), "dear");
    BackupException used = assertThrows(BackupException.class, () -> BackupFolder.create(place));
    assertTrue(used.getMessage().contains("letters.txt"), used.getMessage());
    assertThrows(BackupException.class, () -> BackupFolder.open(place));
  }

  @Test
  void shouldGiveEachBackupAnIdOfItsOwn() {
    BackupFolder folder = folder();
    String first = folder.newId(0);
    publish(folder, first, FIRST);
    String second = folder.newId(0);
    assertEquals("19700101T000000Z", first);
    assertEquals("19700101T000000Z-2", second);
  }
}
