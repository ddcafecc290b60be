package io.btrdb.node.catalog;

import io.btrdb.catalog.Catalog;
import io.btrdb.catalog.CatalogCommand;
import io.btrdb.catalog.CatalogOutcome;
import io.btrdb.catalog.CatalogOutcome.Accepted;
import io.btrdb.catalog.Lifecycle;
import io.btrdb.node.plane.CatalogPlane.Reply;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.IntFunction;
import java.util.function.Supplier;

/**
 * Runs calls at the catalog's leader, each as a whole. Futures complete with an {@link Attempt},
 * never exceptionally.
 */
final class CatalogLeader {
  private final LocalCatalog local;
  private final StreamSteps steps;
  private final Executor work;

  /**
   * Streams whose create or obliterate is being run by a call, so that nobody else need drive it.
   */
  private final Set<UUID> underway;

  /** Called when a call leaves a create or an obliterate unfinished. */
  private final Runnable unfinished;

  /** A node of the cluster that cannot apply entries of a level, if there is one. */
  private final IntFunction<Optional<String>> laggards;

  CatalogLeader(
      LocalCatalog local,
      StreamExistence existence,
      Executor work,
      Set<UUID> underway,
      Runnable unfinished,
      IntFunction<Optional<String>> laggards) {
    this.local = local;
    this.steps = new StreamSteps(local, existence);
    this.work = work;
    this.underway = underway;
    this.unfinished = unfinished;
    this.laggards = laggards;
  }

  <T> CompletableFuture<Attempt<T>> run(CatalogCall<T> call, long deadlineNanos) {
    return call.runAt(this, deadlineNanos);
  }

  /** Reserve stands for a whole create, Hide for a whole obliterate. */
  CompletableFuture<Attempt<Void>> change(CatalogCommand command, long deadlineNanos) {
    return switch (command) {
      case CatalogCommand.Reserve reserve ->
          inTwoHalves(
              reserve,
              Lifecycle.RESERVED,
              () -> steps.finishCreate(reserve.request(), reserve.uuid(), deadlineNanos));
      case CatalogCommand.Hide hide ->
          inTwoHalves(
              hide, Lifecycle.HIDDEN, () -> steps.finishObliterate(hide.uuid(), deadlineNanos));
      case CatalogCommand.SetTags set -> inOne(set);
      case CatalogCommand.SetAnnotations set -> inOne(set);
      case CatalogCommand.OfKey ofKey -> atKeysLevel(ofKey);
      case CatalogCommand.Init step -> throw isAStep(step);
      case CatalogCommand.Activate step -> throw isAStep(step);
      case CatalogCommand.Confirm step -> throw isAStep(step);
      case CatalogCommand.Release step -> throw isAStep(step);
      case CatalogCommand.Bury step -> throw isAStep(step);
    };
  }

  /** The first command about a key lifts the log to the level that has such commands. */
  private CompletableFuture<Attempt<Void>> atKeysLevel(CatalogCommand.OfKey command) {
    if (local.catalog().info().level() >= Catalog.KEYS_LEVEL) {
      return inOne(command);
    }
    Optional<String> laggard = laggards.apply(Catalog.KEYS_LEVEL);
    if (laggard.isPresent()) {
      return CompletableFuture.completedFuture(
          new Attempt.Elsewhere<>(
              "node "
                  + laggard.get()
                  + " runs a release that knows no keys, or has not been heard of yet: upgrade"
                  + " every node first",
              false));
    }
    return local
        .submit(new CatalogCommand.Activate(Catalog.KEYS_LEVEL))
        .thenCompose(activated -> inOne(command))
        .exceptionally(failure -> Failures.attempt(failure, false));
  }

  private static IllegalArgumentException isAStep(CatalogCommand command) {
    return new IllegalArgumentException("not a call of its own: " + command);
  }

  private CompletableFuture<Attempt<Void>> inOne(CatalogCommand command) {
    return local
        .submit(command)
        .thenApply(Failures::attempt)
        .exceptionally(failure -> Failures.attempt(failure, false));
  }

  private CompletableFuture<Attempt<Void>> inTwoHalves(
      CatalogCommand.OfStream first,
      Lifecycle halfway,
      Supplier<CompletableFuture<Attempt<Void>>> second) {
    underway.add(first.uuid());
    return local
        .submit(first)
        .thenCompose(
            outcome ->
                isAt(outcome, halfway)
                    ? second.get()
                    : CompletableFuture.completedFuture(Failures.attempt(outcome)))
        .exceptionally(failure -> Failures.attempt(failure, false))
        .thenApply(
            attempt -> {
              underway.remove(first.uuid());
              if (mayBeUnfinished(attempt)) {
                unfinished.run();
              }
              return attempt;
            });
  }

  private static boolean isAt(CatalogOutcome outcome, Lifecycle lifecycle) {
    return outcome instanceof Accepted accepted && accepted.lifecycle() == lifecycle;
  }

  private static boolean mayBeUnfinished(Attempt<Void> attempt) {
    return switch (attempt) {
      case Attempt.Answered<Void> answered ->
          answered.reply() instanceof Reply.Failed<Void> failed && failed.unknown();
      case Attempt.Elsewhere<Void> elsewhere -> elsewhere.unknown();
    };
  }

  <T> CompletableFuture<Attempt<T>> query(CatalogQuery<T> query) {
    return local
        .linearize()
        .<Attempt<T>>thenApplyAsync(
            applied -> new Attempt.Answered<>(query.answer(local.catalog())), work)
        .exceptionally(failure -> Failures.attempt(failure, false));
  }
}
