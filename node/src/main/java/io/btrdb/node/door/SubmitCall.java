package io.btrdb.node.door;

import io.btrdb.api.ErrorCode;
import io.btrdb.api.cluster.OutcomeFrame;
import io.btrdb.api.cluster.SubmitFrame;
import io.btrdb.api.cluster.WriteOutcome;
import io.btrdb.api.cluster.WriteRequest;
import io.btrdb.api.wire.UuidBytes;
import io.btrdb.node.door.Marshallers.Inbound;
import io.btrdb.node.door.SubmittedWrites.Checked;
import io.btrdb.node.plane.DataPlane;
import io.btrdb.node.plane.WriteResult;
import io.btrdb.node.security.Caller;
import io.btrdb.node.security.Guard;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One call of Submit: frames of writes in, frames of outcomes out.
 *
 * <p>Requests are checked and handed to the log on the network thread, in order. Outcomes come back
 * on any thread, in any order; they queue up, and whoever finds the queue idle has it drained by
 * another thread, so that the outcomes of one log entry share a frame. The next frame is asked for
 * only while the call, and all on its account together, have less than their share in the node; a
 * request counts until its outcome is sent, so a client that does not read is not read either, and
 * is cut off in the end. A call that has nothing in the node is always asked for a frame: what
 * makes room for its account wakes no other call.
 */
final class SubmitCall extends ServerCall.Listener<Inbound<SubmitFrame>> {
  /** What a request weighs besides its points. */
  private static final int REQUEST_BYTES = 128;

  /** Outcomes in one frame; some tens of bytes each, and one topology. */
  private static final int FRAME_OUTCOMES = 4_096;

  /** What all calls of the service share. */
  record Shared(
      Guard guard,
      Admission admission,
      DataPlane data,
      SubmittedWrites writes,
      Topologies topologies,
      Failures failures,
      DoorMetrics.Method metrics,
      Executor drainers) {}

  private final ServerCall<Inbound<SubmitFrame>, byte[]> call;
  private final Shared shared;
  private final String account;
  private final Runnable onEnd;
  private final boolean encrypted;

  /** Changed between two frames only. */
  private volatile Caller caller;

  private final ConcurrentLinkedQueue<Done> outcomes = new ConcurrentLinkedQueue<>();
  private final AtomicInteger drainWork = new AtomicInteger();
  private final AtomicLong bytesInside = new AtomicLong();
  private final AtomicInteger requestsInside = new AtomicInteger();
  private final AtomicBoolean frameAsked = new AtomicBoolean();
  private final AtomicBoolean ended = new AtomicBoolean();
  private volatile Status whenDrained;

  /** Whether this call counts among the open ones, which gives its end something to give back. */
  private boolean admitted;

  /** {@link System#nanoTime} since when outcomes wait for the receiver; 0 when none do. */
  private volatile long stuckSince;

  private volatile boolean cutOff;

  /** An outcome, and what its request weighed. */
  private record Done(WriteOutcome outcome, int bytes, long startNanos) {}

  /**
   * @param account on which the call goes, see {@link Accounts}
   * @param onEnd runs once, when the call has ended
   */
  SubmitCall(
      ServerCall<Inbound<SubmitFrame>, byte[]> call,
      Shared shared,
      String account,
      Runnable onEnd) {
    this.call = call;
    this.shared = shared;
    this.account = account;
    this.onEnd = onEnd;
    this.encrypted = Exchange.isEncrypted(call);
    this.caller = shared.guard.caller();
  }

  void begin() {
    call.sendHeaders(new Metadata());
    admitted = shared.admission.submits().take(account, 1);
    if (admitted) {
      askForFrame();
    } else {
      endWhenDrained(
          Status.UNAVAILABLE.withDescription(
              "this node has as many open calls of Submit as it may for you: use one for all"));
    }
  }

  /** Reads no further, and ends when every outcome has been sent. */
  void stop() {
    endWhenDrained(Status.UNAVAILABLE.withDescription("this node is stopping"));
  }

  private void askForFrame() {
    if (whenDrained == null && hasRoom() && frameAsked.compareAndSet(false, true)) {
      call.request(1);
    }
  }

  private boolean hasRoom() {
    int requests = requestsInside.get();
    return requests == 0
        || (bytesInside.get() < Limits.SUBMIT_BYTES
            && requests < Limits.SUBMIT_REQUESTS
            && shared.admission.bytes().hasRoom(account));
  }

  @Override
  public void onMessage(Inbound<SubmitFrame> frame) {
    shared.metrics.received(frame.bytes());
    if (frame.message() == null) {
      // Without ids there is nothing to answer to, and what follows cannot be trusted.
      endWhenDrained(Status.INVALID_ARGUMENT.withDescription(frame.malformed()));
      return;
    }
    long deadlineNanos = System.nanoTime() + Limits.PATIENCE_NANOS;
    if (shared.guard.isOpen()) {
      take(frame.message(), deadlineNanos);
      return;
    }
    Optional<Caller> renewed = shared.guard.renewed(caller);
    if (renewed.isEmpty()) {
      endWhenDrained(Guard.keyGone());
      return;
    }
    caller = renewed.get();
    takeOnceKnown(frame.message(), deadlineNanos);
  }

  /**
   * Frames stay in order: the next one is asked for only when the rights to all of this one's
   * streams are known and its writes are in the log's hands. Until then it counts as a request, so
   * that the call does not end before its outcomes.
   */
  private void takeOnceKnown(SubmitFrame frame, long deadlineNanos) {
    requestsInside.incrementAndGet();
    SubmitRights rights = SubmitRights.of(shared.guard, caller, frame, deadlineNanos);
    var unused =
        rights
            .known()
            .whenComplete(
                (known, failure) -> {
                  for (WriteRequest request : frame.getRequestsList()) {
                    Optional<Refusal> no = rights.refusal(request);
                    if (no.isPresent()) {
                      refuse(request, no.get());
                      continue;
                    }
                    if (SubmitRights.noted(request).isPresent() && !caller.isNode()) {
                      note(request, "taken");
                    }
                    take(request, deadlineNanos);
                  }
                  requestsInside.decrementAndGet();
                  frameAsked.set(false);
                  wakeDrainer();
                });
  }

  private void take(SubmitFrame frame, long deadlineNanos) {
    for (WriteRequest request : frame.getRequestsList()) {
      take(request, deadlineNanos);
    }
    frameAsked.set(false);
    askForFrame();
  }

  /**
   * What cannot be undone, and what was refused for want of rights; the cluster's nodes have noted
   * theirs.
   */
  private void note(WriteRequest request, String outcome) {
    shared
        .guard
        .audit()
        .note(
            caller.name(),
            Doorkeeper.address(call),
            SubmitRights.noted(request).orElse("Submit"),
            UuidBytes.parse(request.getUuid()).map(UUID::toString).orElse(""),
            outcome);
  }

  private void refuse(WriteRequest request, Refusal refusal) {
    note(request, Integer.toString(refusal.code().number()));
    shared.admission.bytes().charge(account, REQUEST_BYTES);
    bytesInside.addAndGet(REQUEST_BYTES);
    requestsInside.incrementAndGet();
    shared.metrics.began();
    done(refusal(request.getId(), refusal).build(), REQUEST_BYTES, System.nanoTime());
  }

  private void take(WriteRequest request, long deadlineNanos) {
    int bytes = REQUEST_BYTES + request.getInsert().getPoints().size();
    long id = request.getId();
    long startNanos = System.nanoTime();
    bytesInside.addAndGet(bytes);
    requestsInside.incrementAndGet();
    shared.metrics.began();
    if (!shared.admission.bytes().take(account, bytes)) {
      shared.admission.bytes().charge(account, bytes);
      done(tooMuch(id), bytes, startNanos);
      return;
    }
    try {
      switch (shared.writes.check(request, deadlineNanos)) {
        case Checked.Accepted accepted -> {
          var unused =
              shared
                  .data
                  .write(accepted.call())
                  .whenComplete(
                      (result, thrown) ->
                          done(outcome(id, accepted.call(), result, thrown), bytes, startNanos));
        }
        case Checked.Refused refused ->
            done(refusal(id, refused.refusal()).build(), bytes, startNanos);
      }
    } catch (RuntimeException e) {
      Refusal failure = shared.failures.explain("Submit", null, e);
      done(refusal(id, failure).setUnknown(true).build(), bytes, startNanos);
    }
  }

  private static WriteOutcome tooMuch(long id) {
    return refusal(
            id,
            new Refusal(
                ErrorCode.RESOURCE_DEPLETED,
                "as many bytes of writes are under way on this node as it may have for you"))
        .setRetryAfterMillis(Limits.RETRY_AFTER_MILLIS)
        .build();
  }

  private static WriteOutcome.Builder refusal(long id, Refusal refusal) {
    return WriteOutcome.newBuilder()
        .setId(id)
        .setCode(refusal.code().number())
        .setMessage(refusal.message());
  }

  private WriteOutcome outcome(
      long id, DataPlane.WriteCall write, WriteResult result, Throwable thrown) {
    if (thrown != null) {
      Refusal failure = shared.failures.explain("Submit", write.operation().stream(), thrown);
      return refusal(id, failure).setUnknown(true).build();
    }
    return switch (result) {
      case WriteResult.Applied applied ->
          WriteOutcome.newBuilder()
              .setId(id)
              .setVersionMajor(applied.major())
              .setVersionMinor(applied.minor())
              .build();
      case WriteResult.Failed failed ->
          WriteOutcome.newBuilder()
              .setId(id)
              .setCode(failed.code().number())
              .setMessage(failed.message())
              .setUnknown(failed.unknown())
              .setSessionLost(failed.sessionLost())
              .setRetryAfterMillis(failed.retryAfterMillis())
              .build();
    };
  }

  private void done(WriteOutcome outcome, int bytes, long startNanos) {
    outcomes.add(new Done(outcome, bytes, startNanos));
    wakeDrainer();
  }

  private void wakeDrainer() {
    if (drainWork.getAndIncrement() == 0) {
      try {
        shared.drainers.execute(this::drain);
      } catch (RejectedExecutionException e) {
        // The door has closed and the call was cut off: nobody is left to hear the outcome.
        ended.set(true);
      }
    }
  }

  /** One thread at a time: the one that took drainWork from 0 to 1. */
  private void drain() {
    int seen;
    do {
      seen = drainWork.get();
      boolean over = ended.get() || call.isCancelled();
      while (!outcomes.isEmpty() && (over || call.isReady())) {
        sendFrame(over);
        stuckSince = 0;
      }
      noticeStuckReceiver();
      Status last = whenDrained;
      if (last != null && requestsInside.get() == 0) {
        end(last);
      }
      askForFrame();
    } while (drainWork.addAndGet(-seen) != 0);
  }

  private void noticeStuckReceiver() {
    if (outcomes.isEmpty()) {
      return;
    }
    if (stuckSince == 0) {
      stuckSince = System.nanoTime() | 1;
    } else if (cutOff) {
      end(Status.RESOURCE_EXHAUSTED.withDescription("outcomes were not read for too long"));
      // Once more, for what is still under way.
      drainWork.incrementAndGet();
    }
  }

  private void sendFrame(boolean over) {
    OutcomeFrame.Builder frame = OutcomeFrame.newBuilder();
    int requests = 0;
    long bytes = 0;
    boolean withMap = false;
    for (Done done = outcomes.poll(); done != null; done = outcomes.poll()) {
      WriteOutcome outcome = done.outcome();
      shared.metrics.ended(
          Integer.toString(outcome.getCode()), System.nanoTime() - done.startNanos());
      // One map a frame is enough, however many of its outcomes call for one.
      if (!withMap && needsMap(outcome)) {
        outcome = outcome.toBuilder().setTopology(shared.topologies.current(encrypted)).build();
        withMap = true;
      }
      frame.addOutcomes(outcome);
      bytes += done.bytes();
      if (++requests == FRAME_OUTCOMES) {
        break;
      }
    }
    if (!over) {
      byte[] message = frame.build().toByteArray();
      call.sendMessage(message);
      shared.metrics.sent(message.length);
    }
    shared.admission.bytes().give(account, bytes);
    bytesInside.addAndGet(-bytes);
    requestsInside.addAndGet(-requests);
  }

  private static boolean needsMap(WriteOutcome outcome) {
    return outcome.getCode() == ErrorCode.WRONG_ENDPOINT.number()
        || outcome.getCode() == ErrorCode.CLUSTER_DEGRADED.number();
  }

  /** Ends the call if its receiver has taken nothing of what waits for it for so long. */
  void cutOffIfStuck(long receiverNanos) {
    long since = stuckSince;
    if (since != 0 && System.nanoTime() - since > receiverNanos) {
      cutOff = true;
      wakeDrainer();
    }
  }

  private void endWhenDrained(Status status) {
    if (whenDrained == null) {
      whenDrained = status;
    }
    wakeDrainer();
  }

  private void end(Status status) {
    if (!ended.compareAndSet(false, true)) {
      return;
    }
    whenDrained = status;
    if (!call.isCancelled()) {
      call.close(status, new Metadata());
    }
    if (admitted) {
      shared.admission.submits().give(account, 1);
    }
    onEnd.run();
  }

  @Override
  public void onHalfClose() {
    endWhenDrained(Status.OK);
  }

  @Override
  public void onReady() {
    wakeDrainer();
  }

  @Override
  public void onCancel() {
    endWhenDrained(Status.CANCELLED);
  }
}
