package io.btrdb.consensus;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.apache.ratis.proto.RaftProtos.RaftPeerRole;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.RaftConfiguration;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteOutput;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.apache.ratis.thirdparty.com.google.protobuf.UnsafeByteOperations;

/** Our values as Ratis' and back. */
final class RatisTypes {
  private RatisTypes() {}

  static RaftGroupId groupId(GroupId id) {
    return RaftGroupId.valueOf(id.value());
  }

  static GroupId groupId(RaftGroupId id) {
    return new GroupId(id.getUuid());
  }

  static RaftPeerId peerId(PeerId id) {
    return RaftPeerId.valueOf(id.value());
  }

  static PeerId peerId(RaftPeerId id) {
    return new PeerId(id.toString());
  }

  static RaftPeer peer(Peer peer) {
    return RaftPeer.newBuilder()
        .setId(peerId(peer.id()))
        .setAddress(peer.address())
        .setPriority(0)
        .setStartupRole(peer.listener() ? RaftPeerRole.LISTENER : RaftPeerRole.FOLLOWER)
        .build();
  }

  static List<RaftPeer> peers(Collection<Peer> peers) {
    return peers.stream().map(RatisTypes::peer).toList();
  }

  static Members members(RaftConfiguration configuration) {
    return new Members(
        configuration.getCurrentPeers(RaftPeerRole.FOLLOWER).stream()
            .map(peer -> Peer.voter(peerId(peer.getId()), peer.getAddress()))
            .toList(),
        configuration.getCurrentPeers(RaftPeerRole.LISTENER).stream()
            .map(peer -> Peer.listener(peerId(peer.getId()), peer.getAddress()))
            .toList(),
        configuration.getLogEntryIndex());
  }

  static Position position(TermIndex at) {
    return at.getIndex() < 0 ? Position.NONE : new Position(at.getTerm(), at.getIndex());
  }

  static TermIndex termIndex(Position at) {
    return TermIndex.valueOf(at.term(), at.index());
  }

  static ByteString bytes(byte[] array) {
    return UnsafeByteOperations.unsafeWrap(array);
  }

  /**
   * The bytes without a copy where they lie in one array, as they do for entries off the wire and
   * off the disk.
   */
  static ByteSlice slice(ByteString bytes) {
    Pieces pieces = new Pieces();
    try {
      UnsafeByteOperations.unsafeWriteTo(bytes, pieces);
    } catch (IOException e) {
      throw new UncheckedIOException("reading from memory", e);
    }
    return pieces.slices.size() == 1
        ? pieces.slices.get(0)
        : new ByteSlice(bytes.toByteArray(), 0, bytes.size());
  }

  /** Collects the arrays a byte string is made of. */
  private static final class Pieces extends ByteOutput {
    private final List<ByteSlice> slices = new ArrayList<>(1);

    @Override
    public void write(byte value) {
      write(new byte[] {value}, 0, 1);
    }

    @Override
    public void write(byte[] value, int offset, int length) {
      slices.add(new ByteSlice(value.clone(), offset, length));
    }

    @Override
    public void writeLazy(byte[] value, int offset, int length) {
      slices.add(new ByteSlice(value, offset, length));
    }

    @Override
    public void write(ByteBuffer value) {
      byte[] copy = new byte[value.remaining()];
      value.get(copy);
      slices.add(new ByteSlice(copy, 0, copy.length));
    }

    @Override
    public void writeLazy(ByteBuffer value) {
      if (value.hasArray()) {
        slices.add(
            new ByteSlice(
                value.array(), value.arrayOffset() + value.position(), value.remaining()));
      } else {
        write(value);
      }
    }
  }
}
