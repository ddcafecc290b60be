package io.btrdb.shard;

/** The live form of {@link ShardCounters}. */
final class Counts {
  final Tally commands = new Tally();
  final Tally duplicates = new Tally();
  final Tally refusals = new Tally();
  final Tally pointsLogged = new Tally();
  final Tally versionsSealed = new Tally();
  final Tally versionsMaterialised = new Tally();
  final Tally commits = new Tally();
  final Tally commitsIgnored = new Tally();
  final Tally sessionsExpired = new Tally();
  final Tally operationsSpilled = new Tally();
  final Tally blocksFreed = new Tally();
  final Tally bytesFreed = new Tally();
  final Tally segmentsRewritten = new Tally();

  ShardCounters read() {
    return new ShardCounters(
        commands.get(),
        duplicates.get(),
        refusals.get(),
        pointsLogged.get(),
        versionsSealed.get(),
        versionsMaterialised.get(),
        commits.get(),
        commitsIgnored.get(),
        sessionsExpired.get(),
        operationsSpilled.get(),
        blocksFreed.get(),
        bytesFreed.get(),
        segmentsRewritten.get());
  }
}
