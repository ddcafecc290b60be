package io.btrdb.node.door;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.btrdb.api.ErrorCode;
import io.btrdb.api.wire.UuidBytes;
import io.btrdb.catalog.Capability;
import io.btrdb.codec.PointsCodec;
import io.btrdb.node.plane.CatalogPlane;
import io.btrdb.node.plane.DataPlane;
import io.btrdb.node.plane.Following;
import io.btrdb.node.security.Caller;
import io.btrdb.node.security.Denial;
import io.btrdb.node.security.Guard;
import io.btrdb.shard.Operation;
import io.btrdb.tree.PointChunk;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One call of Subscribe. What is inserted comes from the apply threads of this node's replicas, or
 * from other nodes for streams that it has no replica of, into a {@link NewsQueue}; whoever finds
 * it idle has it drained by another thread, as fast as the receiver takes it. When the first wish
 * has been fulfilled headers are sent that say so: who has them hears of everything that is
 * inserted from then on.
 */
final class SubscribeCall extends ServerCall.Listener<byte[]> {
  /** The header that says that the subscription holds. */
  static final Metadata.Key<String> SUBSCRIBED =
      Metadata.Key.of("btrdb-subscribed", Metadata.ASCII_STRING_MARSHALLER);

  /** What all calls share. */
  record Shared(
      Guard guard,
      DataPlane data,
      CatalogPlane catalog,
      Forwarder forwarder,
      ReplyForm form,
      Failures failures,
      DoorMetrics.Method metrics,
      Executor drainers) {}

  private final ServerCall<byte[], byte[]> call;
  private final Shared shared;
  private final boolean mayForward;
  private final Runnable onEnd;
  private final NewsRelays relays;
  private final Caller caller;
  private final long startNanos = System.nanoTime();

  private final NewsQueue news = new NewsQueue(Limits.SUBSCRIPTION_BYTES, this::wakeDrainer);
  private final AtomicInteger drainWork = new AtomicInteger();
  private final AtomicBoolean ended = new AtomicBoolean();

  /** Guarded by itself. */
  private final Map<UUID, Following> followed = new HashMap<>();

  private volatile SubscriptionForm subscriptionForm;

  /** The first wish has been fulfilled, or refused. */
  private volatile boolean begun;

  /** The caller asks for no more and hears what waits. */
  private volatile boolean finished;

  /** The caller does not keep to the protocol. */
  private volatile Status broken;

  /** The drainer's. */
  private boolean headersSent;

  /**
   * @param onEnd runs once, when the call has ended
   */
  SubscribeCall(ServerCall<byte[], byte[]> call, Metadata headers, Shared shared, Runnable onEnd) {
    this.call = call;
    this.shared = shared;
    this.mayForward = Exchange.mayForward(headers);
    this.onEnd = onEnd;
    this.relays = new NewsRelays(shared.data, shared.forwarder, news);
    this.caller = shared.guard.caller();
  }

  void begin() {
    shared.metrics.began();
    call.request(1);
  }

  /** Ends with a refusal, after what waits has been told. */
  void refuse(Refusal refusal) {
    news.end(refusal);
  }

  // ------------------------------------------------------------------------------------- wishes

  @Override
  public void onMessage(byte[] message) {
    shared.metrics.received(message.length);
    SubscriptionForm.Wish wish;
    try {
      wish = SubscriptionForm.read(message);
    } catch (InvalidProtocolBufferException e) {
      reject("malformed message: " + e.getMessage());
      return;
    }
    if (subscriptionForm == null) {
      subscriptionForm = wish.form();
    } else if (subscriptionForm != wish.form() || wish.form() == SubscriptionForm.POINTS) {
      reject("a second request, in a form that has one");
      return;
    }
    Set<UUID> streams = new LinkedHashSet<>();
    for (ByteString bytes : wish.uuids()) {
      Optional<UUID> stream = UuidBytes.parse(bytes);
      if (stream.isEmpty()) {
        refuse(ReadPlaces.badUuid(bytes.size()));
        return;
      }
      streams.add(stream.get());
    }
    if (wish.add() && shared.guard.isOpen()) {
      add(streams);
    } else if (wish.add()) {
      addIfPermitted(streams);
    } else {
      streams.forEach(this::remove);
      fulfilled();
    }
  }

  private void addIfPermitted(Set<UUID> streams) {
    long deadlineNanos = System.nanoTime() + Limits.PATIENCE_NANOS;
    var unused =
        shared
            .guard
            .permit(caller, Capability.READ, streams, deadlineNanos)
            .whenComplete(
                (denial, thrown) -> {
                  if (thrown != null) {
                    refuse(shared.failures.explain("Subscribe", null, thrown));
                    fulfilled();
                  } else if (denial.isEmpty()) {
                    add(streams);
                  } else {
                    deny(denial.get());
                  }
                });
  }

  private void deny(Denial denial) {
    switch (denial) {
      case Denial.Forbidden forbidden -> {
        shared
            .guard
            .audit()
            .note(
                caller.name(),
                Doorkeeper.address(call),
                "Subscribe",
                "",
                forbidden.status().getCode().name());
        broken = forbidden.status();
        wakeDrainer();
      }
      case Denial.Failed failed -> {
        refuse(new Refusal(failed.code(), failed.message()));
        fulfilled();
      }
    }
  }

  private void add(Set<UUID> streams) {
    CompletableFuture<?>[] known =
        streams.stream().map(this::add).toArray(CompletableFuture<?>[]::new);
    var unused =
        CompletableFuture.allOf(known)
            .whenComplete(
                (done, thrown) -> {
                  if (thrown != null) {
                    refuse(shared.failures.explain("Subscribe", null, thrown));
                  }
                  fulfilled();
                });
  }

  /** Follows first and looks whether the stream is there then, so that nothing falls between. */
  private CompletableFuture<?> add(UUID stream) {
    CompletableFuture<Void> settled = CompletableFuture.completedFuture(null);
    CompletableFuture<Void> elsewhere;
    synchronized (followed) {
      if (followed.containsKey(stream)) {
        return settled;
      }
      if (followed.size() == Limits.SUBSCRIBED_STREAMS) {
        refuse(
            Refusal.of(
                ErrorCode.WRONG_ARGUMENTS,
                "one subscription may have %d streams: open a second one",
                Limits.SUBSCRIBED_STREAMS));
        return settled;
      }
      Optional<Following> here = shared.data.follow(stream, news);
      Optional<NewsRelays.Relayed> there =
          here.isEmpty() && mayForward ? relays.follow(stream) : Optional.empty();
      if (here.isEmpty() && there.isEmpty()) {
        refuse(
            Refusal.of(
                ErrorCode.WRONG_ENDPOINT,
                "this node keeps no replica of stream %s: subscribe at one that does",
                stream));
        return settled;
      }
      followed.put(stream, here.orElseGet(() -> there.get().following()));
      elsewhere = there.map(NewsRelays.Relayed::holds).orElse(settled);
    }
    if (ended.get()) {
      unfollowAll();
    }
    return shared
        .catalog
        .describe(stream, System.nanoTime() + Limits.PATIENCE_NANOS)
        .thenAccept(
            reply -> {
              if (reply instanceof CatalogPlane.Reply.Failed<?> failed) {
                refuse(new Refusal(failed.code(), failed.message()));
              }
            })
        .thenCompose(known -> elsewhere);
  }

  private void remove(UUID stream) {
    Following following;
    synchronized (followed) {
      following = followed.remove(stream);
    }
    if (following != null) {
      following.close();
    }
  }

  private void unfollowAll() {
    Map<UUID, Following> all;
    synchronized (followed) {
      all = Map.copyOf(followed);
      followed.clear();
    }
    all.values().forEach(Following::close);
    relays.close();
  }

  private void reject(String why) {
    broken = Status.INVALID_ARGUMENT.withDescription(why);
    wakeDrainer();
  }

  private void fulfilled() {
    begun = true;
    wakeDrainer();
    call.request(1);
  }

  // -------------------------------------------------------------------------------------- news

  private void wakeDrainer() {
    if (drainWork.getAndIncrement() == 0) {
      try {
        shared.drainers.execute(this::drain);
      } catch (RejectedExecutionException e) {
        // The door has closed and the call was cut off.
        unfollowAll();
      }
    }
  }

  /** One thread at a time: the one that took drainWork from 0 to 1. */
  private void drain() {
    int seen;
    do {
      seen = drainWork.get();
      try {
        tell();
      } catch (RuntimeException | Error e) {
        end(shared.failures.explain("Subscribe", null, e));
      }
    } while (drainWork.addAndGet(-seen) != 0);
  }

  private void tell() {
    if (ended.get()) {
      return;
    }
    if (!caller.stands()) {
      // With other rights than before; who subscribes anew hears which.
      close(Guard.keyGone(), 0);
      return;
    }
    if (broken != null) {
      close(broken, 0);
      return;
    }
    if (begun) {
      // A refusal is not to be mistaken for the word that it holds.
      sendHeaders(news.end() == null);
    }
    while (headersSent && call.isReady()) {
      Operation.Insert insert = news.next();
      if (insert == null) {
        break;
      }
      send(subscriptionForm.news(insert.stream(), points(insert)));
    }
    Refusal end = news.end();
    if (end != null) {
      end(end);
    } else if (begun && finished && news.isEmpty()) {
      close(Status.OK, 0);
    }
  }

  private void sendHeaders(boolean holds) {
    if (headersSent) {
      return;
    }
    headersSent = true;
    Metadata headers = new Metadata();
    if (holds) {
      headers.put(SUBSCRIBED, "1");
    }
    call.sendHeaders(headers);
  }

  private static PointChunk points(Operation.Insert insert) {
    PointChunk points = new PointChunk(insert.points());
    byte[] block = insert.payload();
    points.size = PointsCodec.decode(block, 0, block.length, points.times, points.values, 0);
    return points;
  }

  private void send(byte[] message) {
    call.sendMessage(message);
    shared.metrics.sent(message.length);
  }

  /** Says why, and ends. Only by the drainer. */
  private void end(Refusal why) {
    sendHeaders(false);
    send(shared.form.refusal(why, Exchange.isEncrypted(call)));
    close(Status.OK, why.code().number());
  }

  private void close(Status status, int code) {
    if (!ended.compareAndSet(false, true)) {
      return;
    }
    unfollowAll();
    if (!call.isCancelled()) {
      call.close(status, new Metadata());
    }
    shared.metrics.ended(
        status.isOk() ? Integer.toString(code) : status.getCode().name(),
        System.nanoTime() - startNanos);
    onEnd.run();
  }

  // ----------------------------------------------------------------------------------- the call

  /** One form has a single request and goes on after it; the other ends when its requests do. */
  @Override
  public void onHalfClose() {
    if (subscriptionForm == null) {
      reject("a call without a request");
    } else if (subscriptionForm == SubscriptionForm.ARROW) {
      finished = true;
      wakeDrainer();
    }
  }

  @Override
  public void onReady() {
    wakeDrainer();
  }

  @Override
  public void onCancel() {
    close(Status.CANCELLED, 0);
  }
}
