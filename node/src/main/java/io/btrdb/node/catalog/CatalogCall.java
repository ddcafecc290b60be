package io.btrdb.node.catalog;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.btrdb.api.cluster.CatalogRequest;
import io.btrdb.catalog.CatalogCommand;
import io.btrdb.catalog.CatalogCommandCodec;
import io.btrdb.codec.ByteReader;
import io.btrdb.codec.ByteWriter;
import io.btrdb.codec.MalformedBytesException;
import java.util.concurrent.CompletableFuture;

/**
 * One call to the catalog, and its form between nodes.
 *
 * <pre>
 * request  = format(byte = 1) kind(byte) patienceMillis(varint) body
 * 1 change = a command of CatalogCommandCodec: Reserve for a whole create, Hide for a whole
 *            obliterate, SetTags, SetAnnotations, GrantKey, RevokeKey; answered with no bytes
 * 2 query  = a query of CatalogQuery
 * </pre>
 */
sealed interface CatalogCall<T> {
  int FORMAT = 1;
  int CHANGE = 1;
  int QUERY = 2;

  CompletableFuture<Attempt<T>> runAt(CatalogLeader leader, long deadlineNanos);

  CatalogRequest request(long patienceMillis);

  ByteString encodeAnswer(T answer);

  /** Throws {@link MalformedBytesException}. */
  T decodeAnswer(ByteString bytes);

  /** Whether it leaves the catalog as it was. */
  boolean isQuery();

  /** A call that came from another node. */
  record Incoming(CatalogCall<?> call, long patienceMillis) {}

  /** Throws {@link MalformedBytesException}. */
  static Incoming decode(CatalogRequest request) {
    byte[] bytes = request.getCommand().toByteArray();
    ByteReader in = new ByteReader(bytes);
    int format = in.readByte();
    if (format != FORMAT) {
      throw new MalformedBytesException(
          "catalog request of format " + format + ", from a newer release?");
    }
    int kind = in.readByte();
    long patienceMillis = in.readVarint(Integer.MAX_VALUE);
    return switch (kind) {
      case CHANGE ->
          new Incoming(
              new Change(
                  callable(CatalogCommandCodec.decode(bytes, in.position(), in.remaining()))),
              patienceMillis);
      case QUERY -> new Incoming(new Query<>(CatalogQuery.decode(in)), patienceMillis);
      default -> throw new MalformedBytesException("unknown catalog request " + kind);
    };
  }

  /** Other nodes may ask for whole calls only, not for the steps they are made of. */
  private static CatalogCommand callable(CatalogCommand command) {
    return switch (command) {
      case CatalogCommand.Reserve call -> call;
      case CatalogCommand.Hide call -> call;
      case CatalogCommand.SetTags call -> call;
      case CatalogCommand.SetAnnotations call -> call;
      case CatalogCommand.OfKey call -> call;
      case CatalogCommand.Init step -> throw isAStep(step);
      case CatalogCommand.Activate step -> throw isAStep(step);
      case CatalogCommand.Confirm step -> throw isAStep(step);
      case CatalogCommand.Release step -> throw isAStep(step);
      case CatalogCommand.Bury step -> throw isAStep(step);
    };
  }

  private static MalformedBytesException isAStep(CatalogCommand command) {
    return new MalformedBytesException("not a call of its own: " + command);
  }

  private static CatalogRequest request(int kind, long patienceMillis, ByteWriter body) {
    ByteWriter out = new ByteWriter(body.size() + 16);
    out.putByte(FORMAT);
    out.putByte(kind);
    out.putVarint(Math.clamp(patienceMillis, 0, Integer.MAX_VALUE));
    out.putBytes(body.array(), 0, body.size());
    return CatalogRequest.newBuilder().setCommand(bytes(out)).setForwarded(true).build();
  }

  private static ByteString bytes(ByteWriter out) {
    return UnsafeByteOperations.unsafeWrap(out.array(), 0, out.size());
  }

  record Change(CatalogCommand command) implements CatalogCall<Void> {
    @Override
    public CompletableFuture<Attempt<Void>> runAt(CatalogLeader leader, long deadlineNanos) {
      return leader.change(command, deadlineNanos);
    }

    @Override
    public CatalogRequest request(long patienceMillis) {
      ByteWriter body = new ByteWriter();
      body.putBytes(CatalogCommandCodec.encode(command));
      return CatalogCall.request(CHANGE, patienceMillis, body);
    }

    @Override
    public ByteString encodeAnswer(Void answer) {
      return ByteString.EMPTY;
    }

    @Override
    public Void decodeAnswer(ByteString bytes) {
      return null;
    }

    @Override
    public boolean isQuery() {
      return false;
    }
  }

  record Query<T>(CatalogQuery<T> query) implements CatalogCall<T> {
    @Override
    public CompletableFuture<Attempt<T>> runAt(CatalogLeader leader, long deadlineNanos) {
      return leader.query(query);
    }

    @Override
    public CatalogRequest request(long patienceMillis) {
      ByteWriter body = new ByteWriter();
      query.encode(body);
      return CatalogCall.request(QUERY, patienceMillis, body);
    }

    @Override
    public ByteString encodeAnswer(T answer) {
      ByteWriter out = new ByteWriter();
      query.encodeAnswer(answer, out);
      return bytes(out);
    }

    @Override
    public T decodeAnswer(ByteString bytes) {
      return query.decodeAnswer(new ByteReader(bytes.toByteArray()));
    }

    @Override
    public boolean isQuery() {
      return true;
    }
  }
}
