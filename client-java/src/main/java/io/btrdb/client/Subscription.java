package io.btrdb.client;

import io.btrdb.api.ErrorCode;
import io.btrdb.api.v5.SubscriptionParams;
import io.btrdb.api.v5.SubscriptionPoints;
import io.btrdb.api.wire.HotMethods;
import io.btrdb.api.wire.UuidBytes;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * What is inserted into some streams, as the cluster takes it: every insert once, those of a stream
 * in the order in which they were applied, points in the order in which they were given. A change
 * of leader is no event.
 *
 * <pre>{@code
 * try (Subscription news = db.subscribe(List.of(voltage))) {
 *   while (news.next()) {
 *     for (int i = 0; i < news.size(); i++) {
 *       use(news.uuid(), news.time(i), news.value(i));
 *     }
 *   }
 * }
 * }</pre>
 *
 * <p>It holds when {@link Btrdb#subscribe} returns: what is inserted after that is told. When
 * {@link #next} throws, inserts may have been missed: subscribe again, then read what has changed.
 *
 * <p>{@link #next} and what it moves to belong to one thread at a time; {@link #close} may be
 * called by any.
 */
public final class Subscription implements AutoCloseable {
  /** Messages that wait here; the node holds back the rest, and cuts off who is too slow. */
  private static final int AHEAD = 16;

  private static final Metadata.Key<String> SUBSCRIBED =
      Metadata.Key.of("btrdb-subscribed", Metadata.ASCII_STRING_MARSHALLER);

  private sealed interface Event {
    record Holds() implements Event {}

    record News(SubscriptionPoints points) implements Event {}

    record Ended(Status status) implements Event {}
  }

  private final NodeLink link;
  private final ManagedChannel channel;
  private final ClientCall<SubscriptionParams, SubscriptionPoints> call;

  /** Bounded by how many messages are asked for. */
  private final LinkedBlockingQueue<Event> events = new LinkedBlockingQueue<>();

  private volatile boolean closed;
  private SubscriptionPoints news = SubscriptionPoints.getDefaultInstance();

  private Subscription(NodeLink link, SubscriptionParams params) {
    this.link = link;
    this.channel = link.readChannels().borrow();
    this.call = channel.newCall(HotMethods.subscribe(), CallOptions.DEFAULT);
    call.start(new Inbox(), new Metadata());
    call.request(AHEAD);
    call.sendMessage(params);
    call.halfClose();
  }

  /** Waits until it holds, at one node after the other, until the deadline. */
  static Subscription open(ClientCore core, List<BtrdbStream> streams) {
    SubscriptionParams.Builder params = SubscriptionParams.newBuilder();
    streams.forEach(stream -> params.addUuid(UuidBytes.of(stream.uuid())));
    UUID first = streams.get(0).uuid();
    Attempts attempts = new Attempts(core.options().deadline());
    while (true) {
      NodeLink link = core.cluster().forRead(first, true, attempts);
      attempts.begin(link.address());
      Subscription subscription = new Subscription(link, params.build());
      BtrdbException failure = subscription.awaitHolds(attempts);
      if (failure == null) {
        return subscription;
      }
      subscription.close();
      core.cluster().suspect(link);
      if (!Failures.mayPass(failure.code()) || !attempts.pause()) {
        throw failure;
      }
    }
  }

  /** Null when it holds. */
  private BtrdbException awaitHolds(Attempts attempts) {
    try {
      Event event = events.poll(attempts.remainingNanos(), TimeUnit.NANOSECONDS);
      if (event == null) {
        return failure(Status.DEADLINE_EXCEEDED.withDescription("no answer"));
      }
      if (event instanceof Event.News refused) {
        return refusal(refused.points());
      }
      return event instanceof Event.Ended ended ? failure(ended.status()) : null;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return failure(Status.CANCELLED.withDescription("interrupted"));
    }
  }

  /**
   * Waits for the next insert, for as long as it takes; false when this was closed.
   *
   * @throws BtrdbException 426 when this client was too slow and was cut off, 419 when the node
   *     went away or may have missed something: there is no more to come
   */
  public boolean next() {
    try {
      while (!closed) {
        Event event = events.take();
        if (event instanceof Event.News more) {
          BtrdbException refusal = refusal(more.points());
          if (refusal != null) {
            throw refusal;
          }
          call.request(1);
          news = more.points();
          return true;
        }
        if (event instanceof Event.Ended ended && !closed) {
          throw failure(ended.status());
        }
      }
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw failure(Status.CANCELLED.withDescription("interrupted"));
    }
  }

  /** The stream that the points were inserted into. */
  public UUID uuid() {
    return UuidBytes.parse(news.getUuid()).orElseThrow();
  }

  /** Points of this insert. */
  public int size() {
    return news.getValuesCount();
  }

  /** Nanoseconds since the epoch; {@code i} from 0 to size - 1. */
  public long time(int i) {
    return news.getValues(i).getTime();
  }

  public double value(int i) {
    return news.getValues(i).getValue();
  }

  private BtrdbException refusal(SubscriptionPoints message) {
    return message.hasStat()
        ? new BtrdbException(
            message.getStat().getCode(),
            Fate.NOT_A_WRITE,
            null,
            link.address(),
            "subscribe failed: " + message.getStat().getMsg(),
            null)
        : null;
  }

  private BtrdbException failure(Status status) {
    ErrorCode code = Failures.code(status);
    return new BtrdbException(
        code.number(),
        Fate.NOT_A_WRITE,
        null,
        link.address(),
        "subscribe failed: " + Failures.describe(status),
        status.getCause());
  }

  /** Ends it; a {@link #next} that waits returns false. */
  @Override
  public void close() {
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
    }
    call.cancel("the subscriber has closed it", null);
    link.readChannels().giveBack(channel);
  }

  private final class Inbox extends ClientCall.Listener<SubscriptionPoints> {
    @Override
    public void onHeaders(Metadata headers) {
      // Without it they come with a refusal.
      if (headers.containsKey(SUBSCRIBED)) {
        events.add(new Event.Holds());
      }
    }

    @Override
    public void onMessage(SubscriptionPoints message) {
      events.add(new Event.News(message));
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
      events.add(new Event.Ended(status));
    }
  }
}
