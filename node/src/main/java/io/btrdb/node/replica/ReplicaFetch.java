package io.btrdb.node.replica;

import io.btrdb.api.cluster.FetchFileRequest;
import io.btrdb.api.cluster.FetchSegmentRequest;
import io.btrdb.api.cluster.FileChunk;
import io.btrdb.api.cluster.PeerGrpc;
import io.btrdb.api.cluster.ReplicaManifestRequest;
import io.btrdb.api.cluster.ReplicaManifestResponse;
import io.btrdb.api.cluster.SegmentInfo;
import io.btrdb.consensus.GroupId;
import io.btrdb.consensus.PeerId;
import io.btrdb.consensus.Position;
import io.btrdb.node.cluster.Identity;
import io.btrdb.node.cluster.PeerChannels;
import io.btrdb.storage.CorruptBlockException;
import io.btrdb.storage.LogPosition;
import io.btrdb.storage.SegmentId;
import io.btrdb.storage.SegmentStore;
import io.btrdb.storage.SegmentVerifier;
import io.btrdb.storage.local.CheckpointFile;
import io.btrdb.storage.local.CheckpointManifest;
import io.btrdb.storage.local.CheckpointReceiver;
import io.btrdb.storage.local.LocalStateVault;
import java.io.ByteArrayOutputStream;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings a replica that fell behind the purged log up to date from another node: the newest
 * checkpoint file by file, and the segments it lacks; each verified before it counts. What arrived
 * before a break is kept, so a second attempt goes on where the first stopped. Thread-safe.
 */
public final class ReplicaFetch {
  private static final Logger LOG = LoggerFactory.getLogger(ReplicaFetch.class);
  private static final long CALL_TIMEOUT_SECONDS = 30;

  /** No segment is larger: see the format of segments. */
  private static final int SEGMENT_BYTES_MAX = 512 << 20;

  private final PeerChannels channels;
  private final ExecutorService workers;
  private final Transfers transfers;

  /**
   * @param workers run one transfer each, for as long as it takes
   * @param bytesPerSecond of each transfer, at most; 0: no limit
   */
  public ReplicaFetch(PeerChannels channels, ExecutorService workers, long bytesPerSecond) {
    this.channels = channels;
    this.workers = workers;
    this.transfers = new Transfers(bytesPerSecond);
  }

  /** How far the transfer to a replica is. */
  public record Progress(long doneBytes, long totalBytes) {}

  /** Of the transfer to this node's replica of a group; empty when none is under way. */
  public Optional<Progress> progress(GroupId group) {
    return transfers.of(group).map(t -> new Progress(t.doneBytes(), t.totalBytes()));
  }

  /**
   * Ends the transfer to a replica that is to be deleted.
   *
   * @return whether none is under way any more
   */
  boolean stop(GroupId group, long timeoutMillis) throws InterruptedException {
    return transfers.stop(group, timeoutMillis);
  }

  /** A shard's checkpoint and segments; see ReplicatedStateMachine.install for the promise. */
  public CompletableFuture<Position> shard(
      GroupId group,
      int shard,
      LocalStateVault vault,
      SegmentStore segments,
      Position firstAvailable,
      PeerId leader) {
    return CompletableFuture.supplyAsync(
        () -> {
          Source source = new Source(group, Identity.nodeOf(leader));
          Optional<ReplicaManifestResponse> manifest = source.manifest(firstAvailable);
          if (manifest.isEmpty()) {
            return Position.NONE;
          }
          try (Transfers.Transfer transfer = transfers.begin(group)) {
            transfer.total(
                checkpointBytes(manifest.get())
                    + manifest.get().getSegmentsList().stream()
                        .mapToLong(SegmentInfo::getSize)
                        .sum());
            source.segments(manifest.get(), shard, segments, transfer);
            return source.checkpoint(manifest.get(), vault, transfer);
          }
        },
        workers);
  }

  /** The catalog's checkpoint. */
  public CompletableFuture<Position> catalog(
      GroupId group, LocalStateVault vault, Position firstAvailable, PeerId leader) {
    return CompletableFuture.supplyAsync(
        () -> {
          Source source = new Source(group, Identity.nodeOf(leader));
          Optional<ReplicaManifestResponse> manifest = source.manifest(firstAvailable);
          if (manifest.isEmpty()) {
            return Position.NONE;
          }
          try (Transfers.Transfer transfer = transfers.begin(group)) {
            transfer.total(checkpointBytes(manifest.get()));
            return source.checkpoint(manifest.get(), vault, transfer);
          }
        },
        workers);
  }

  private static long checkpointBytes(ReplicaManifestResponse manifest) {
    return CheckpointManifest.decode(manifest.getManifest().toByteArray()).sizeBytes();
  }

  /**
   * A good copy of one segment from another node, verified.
   *
   * @throws IllegalStateException when that node has none or it is damaged, too
   */
  public byte[] segment(GroupId group, SegmentId id, String node) {
    return new Source(group, node).segment(id, bytes -> {});
  }

  private final class Source {
    private final GroupId group;
    private final String node;

    Source(GroupId group, String node) {
      this.group = group;
      this.node = node;
    }

    /** Empty when that node has no checkpoint that is new enough yet. */
    Optional<ReplicaManifestResponse> manifest(Position firstAvailable) {
      ReplicaManifestResponse answer =
          stub()
              .replicaManifest(
                  ReplicaManifestRequest.newBuilder().setGroup(group.toString()).build());
      if (answer.getCode() != 0) {
        LOG.info("group {}: {} has nothing to fetch: {}", group, node, answer.getMessage());
        return Optional.empty();
      }
      LogPosition at = CheckpointManifest.decode(answer.getManifest().toByteArray()).position();
      return at.index() >= firstAvailable.index() - 1 ? Optional.of(answer) : Optional.empty();
    }

    void segments(
        ReplicaManifestResponse manifest,
        int shard,
        SegmentStore segments,
        Transfers.Transfer transfer) {
      int fetched = 0;
      for (SegmentInfo info : manifest.getSegmentsList()) {
        SegmentId id = new SegmentId(shard, info.getNumber());
        transfer.checkWanted();
        if (segments.contains(id)) {
          transfer.skip(info.getSize());
        } else {
          try {
            segments.put(id, segment(id, transfer::arrived));
            fetched++;
          } catch (CorruptBlockException e) {
            // Damaged over there. If a version needs it, a read will ask all others for it.
            LOG.warn("group {}: {} has no good copy of segment {}", group, node, id, e);
          }
        }
      }
      segments.sync();
      LOG.info(
          "group {}: fetched {} of {} segments from {}",
          group,
          fetched,
          manifest.getSegmentsCount(),
          node);
    }

    /** Once more when it was rewritten over there while it came over. */
    byte[] segment(SegmentId id, IntConsumer arrived) {
      try {
        return segmentOnce(id, arrived);
      } catch (CorruptBlockException e) {
        return segmentOnce(id, bytes -> {});
      }
    }

    private byte[] segmentOnce(SegmentId id, IntConsumer arrived) {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      while (true) {
        FileChunk piece =
            checked(
                stub()
                    .fetchSegment(
                        FetchSegmentRequest.newBuilder()
                            .setGroup(group.toString())
                            .setNumber(id.number())
                            .setOffset(bytes.size())
                            .build()));
        bytes.writeBytes(piece.getData().toByteArray());
        arrived.accept(piece.getData().size());
        if (piece.getData().size() < ReplicaSource.CHUNK_BYTES) {
          byte[] segment = bytes.toByteArray();
          SegmentVerifier.verify(id, segment);
          return segment;
        }
        if (bytes.size() > SEGMENT_BYTES_MAX) {
          throw new IllegalStateException("segment " + id + " of " + node + " does not end");
        }
      }
    }

    Position checkpoint(
        ReplicaManifestResponse answer, LocalStateVault vault, Transfers.Transfer transfer) {
      CheckpointManifest manifest = CheckpointManifest.decode(answer.getManifest().toByteArray());
      CheckpointReceiver receiver = vault.receive(manifest);
      transfer.skip(
          manifest.sizeBytes()
              - receiver.missing().stream()
                  .mapToLong(file -> file.sizeBytes() - receiver.offset(file.name()))
                  .sum());
      for (CheckpointFile file : receiver.missing()) {
        long offset = receiver.offset(file.name());
        while (offset < file.sizeBytes()) {
          FileChunk piece =
              checked(
                  stub()
                      .fetchFile(
                          FetchFileRequest.newBuilder()
                              .setGroup(group.toString())
                              .setTerm(manifest.position().term())
                              .setIndex(manifest.position().index())
                              .setName(file.name())
                              .setOffset(offset)
                              .build()));
          if (piece.getData().isEmpty()) {
            throw new IllegalStateException(file.name() + " of " + node + " is cut short");
          }
          if (!receiver.write(file.name(), offset, piece.getData().toByteArray())) {
            throw new IllegalStateException(file.name() + " of " + node + " arrived damaged");
          }
          offset += piece.getData().size();
          transfer.arrived(piece.getData().size());
        }
      }
      LogPosition at = receiver.complete();
      LOG.info(
          "group {}: fetched the checkpoint at {} ({} bytes) from {}",
          group,
          at.index(),
          manifest.sizeBytes(),
          node);
      return new Position(at.term(), at.index());
    }

    private FileChunk checked(FileChunk piece) {
      if (piece.getCode() != 0) {
        throw new IllegalStateException(node + ": " + piece.getMessage());
      }
      return piece;
    }

    private PeerGrpc.PeerBlockingStub stub() {
      return channels.peerBlocking(node).withDeadlineAfter(CALL_TIMEOUT_SECONDS, TimeUnit.SECONDS);
    }
  }
}
