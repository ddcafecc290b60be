package io.btrdb.node.pool;

import io.btrdb.codec.ByteReader;
import io.btrdb.codec.ByteWriter;
import io.btrdb.codec.MalformedBytesException;
import io.btrdb.storage.LogPosition;
import io.btrdb.storage.ObjectPool;
import io.btrdb.storage.local.CheckpointFile;
import io.btrdb.storage.local.CheckpointManifest;
import io.btrdb.storage.local.CheckpointReceiver;
import io.btrdb.storage.local.LocalStateVault;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.zip.CRC32C;

/**
 * A group's manifest in the pool: which checkpoint of its state is archived there, and where. It is
 * replaced as a whole, by leaders only, and never by one of an earlier term.
 *
 * <pre>
 * manifest := crc32c:int32be body
 * body     := version:byte(1) term:varint writtenMillis:varint checkpoint:blob prefix:blob*
 * </pre>
 *
 * {@code checkpoint} is a {@link CheckpointManifest}, with each file's length and CRC32C; for each
 * of its files, in order, {@code prefix} is that of the objects that hold it, {@link #PIECE_BYTES}
 * bytes each: the prefix and the piece's number of 5 digits.
 *
 * @param term in which the leader that wrote it led
 * @param writtenMillis when, by that leader's clock
 */
record ArchivedState(
    long term, long writtenMillis, CheckpointManifest checkpoint, List<String> prefixes) {
  static final int PIECE_BYTES = 4 << 20;
  private static final int VERSION = 1;

  byte[] encode() {
    ByteWriter out = new ByteWriter(1 << 10);
    out.putInt(0);
    out.putByte(VERSION);
    out.putVarint(term);
    out.putVarint(writtenMillis);
    out.putBlob(checkpoint.encode());
    prefixes.forEach(prefix -> out.putBlob(prefix.getBytes(StandardCharsets.US_ASCII)));
    out.putIntAt(0, checksum(out.array(), out.size()));
    return out.toByteArray();
  }

  /**
   * @throws MalformedBytesException when the bytes are not a manifest
   */
  static ArchivedState decode(byte[] bytes) {
    ByteReader in = new ByteReader(bytes);
    if (in.readInt() != checksum(bytes, bytes.length)) {
      throw new MalformedBytesException("the checksum of an archived state does not match");
    }
    int version = in.readByte();
    if (version != VERSION) {
      throw new MalformedBytesException(
          "an archived state has format " + version + ", this release knows " + VERSION);
    }
    long term = in.readVarint();
    long writtenMillis = in.readVarint();
    CheckpointManifest checkpoint;
    try {
      checkpoint = CheckpointManifest.decode(in.readBlob());
    } catch (IllegalArgumentException e) {
      throw new MalformedBytesException("an archived state: " + e.getMessage());
    }
    List<String> prefixes = new ArrayList<>();
    for (int i = 0; i < checkpoint.files().size(); i++) {
      prefixes.add(new String(in.readBlob(), StandardCharsets.US_ASCII));
    }
    return new ArchivedState(term, writtenMillis, checkpoint, List.copyOf(prefixes));
  }

  /** Of all but the checksum itself. */
  static int checksum(byte[] bytes, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, Integer.BYTES, length - Integer.BYTES);
    return (int) crc.getValue();
  }

  LogPosition position() {
    return checkpoint.position();
  }

  /** Names of the objects that hold a file. */
  static List<String> pieces(String prefix, CheckpointFile file) {
    int count = (int) ((file.sizeBytes() + PIECE_BYTES - 1) / PIECE_BYTES);
    return IntStream.range(0, count)
        .mapToObj(piece -> String.format(Locale.ROOT, "%s-%05d", prefix, piece))
        .toList();
  }

  /** Names of all objects. */
  List<String> pieces() {
    List<String> all = new ArrayList<>();
    for (int i = 0; i < prefixes.size(); i++) {
      all.addAll(pieces(prefixes.get(i), checkpoint.files().get(i)));
    }
    return all;
  }

  /**
   * Puts the state into an empty vault, as its newest checkpoint.
   *
   * @throws IllegalStateException when an object is missing or damaged
   */
  void install(ObjectPool objects, LocalStateVault vault) {
    CheckpointReceiver receiver = vault.receive(checkpoint);
    for (int i = 0; i < prefixes.size(); i++) {
      CheckpointFile file = checkpoint.files().get(i);
      for (String name : pieces(prefixes.get(i), file)) {
        byte[] piece =
            objects
                .read(name)
                .orElseThrow(() -> new IllegalStateException("object " + name + " is missing"))
                .content();
        if (!receiver.write(file.name(), receiver.offset(file.name()), piece)) {
          throw new IllegalStateException("object " + name + " is damaged");
        }
      }
    }
    receiver.complete();
  }
}
