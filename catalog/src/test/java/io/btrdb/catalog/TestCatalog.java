package io.btrdb.catalog;

import io.btrdb.storage.InMemoryStateVault;
import io.btrdb.storage.LogPosition;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** A catalog on a vault in memory, and the log that led to its state. */
final class TestCatalog {
  record Entry(long index, byte[] command) {}

  static final CatalogOptions SMALL_PROBE = new CatalogOptions(1 << 20, 2);

  private final InMemoryStateVault vault = new InMemoryStateVault();
  private final CatalogOptions options;
  private final List<Entry> log = new ArrayList<>();
  private Catalog catalog;
  private long nextId = 1;

  TestCatalog() {
    this(CatalogOptions.DEFAULT);
  }

  TestCatalog(CatalogOptions options) {
    this.options = options;
    this.catalog = Catalog.open(options, vault.restore());
  }

  static TestCatalog initialised() {
    TestCatalog test = new TestCatalog();
    test.apply(new CatalogCommand.Init("cluster"));
    return test;
  }

  Catalog catalog() {
    return catalog;
  }

  List<Entry> log() {
    return log;
  }

  CatalogOutcome apply(CatalogCommand command) {
    Entry entry = new Entry(log.size(), CatalogCommandCodec.encode(command));
    log.add(entry);
    return apply(entry);
  }

  CatalogOutcome apply(Entry entry) {
    byte[] padded = new byte[entry.command().length + 5];
    System.arraycopy(entry.command(), 0, padded, 3, entry.command().length);
    return catalog.apply(entry.index(), entry.index() * 10, padded, 3, entry.command().length);
  }

  void checkpoint() {
    catalog.writeState();
    vault.checkpoint(new LogPosition(1, catalog.info().appliedIndex()));
  }

  /** Loses everything since the last checkpoint, then applies the log from there. */
  void crashAndReplay() {
    catalog = Catalog.open(options, vault.restore());
    long applied = catalog.info().appliedIndex();
    log.stream().filter(entry -> entry.index() > applied).forEach(this::apply);
  }

  UUID id() {
    return new UUID(0, nextId++);
  }

  /** Creates a stream in both steps. */
  UUID create(String collection, Map<String, String> tags, Map<String, String> annotations) {
    UUID uuid = id();
    UUID request = id();
    expectAccepted(apply(new CatalogCommand.Reserve(request, uuid, collection, tags, annotations)));
    expectAccepted(apply(new CatalogCommand.Confirm(request, uuid)));
    return uuid;
  }

  UUID create(String collection, String name) {
    return create(collection, Map.of("name", name), Map.of());
  }

  void obliterate(UUID uuid) {
    expectAccepted(apply(new CatalogCommand.Hide(id(), uuid)));
    apply(new CatalogCommand.Bury(uuid));
  }

  private static void expectAccepted(CatalogOutcome outcome) {
    if (!(outcome instanceof CatalogOutcome.Accepted)) {
      throw new AssertionError(outcome.toString());
    }
  }

  /** All pages of a lookup, joined. */
  List<StreamDescriptor> lookup(LookupQuery query) {
    List<StreamDescriptor> all = new ArrayList<>();
    LookupQuery next = query;
    while (true) {
      LookupPage page = catalog.lookup(next);
      all.addAll(page.streams());
      if (!page.more()) {
        return all;
      }
      StreamPosition last = page.streams().getLast().position();
      next =
          new LookupQuery(
              query.collection(),
              query.isPrefix(),
              query.tags(),
              query.annotations(),
              java.util.Optional.of(last),
              query.limit());
    }
  }

  List<String> collections(String prefix, int limit) {
    List<String> all = new ArrayList<>();
    String after = "";
    while (true) {
      List<String> page = catalog.collections(prefix, after, limit);
      if (page.isEmpty()) {
        return all;
      }
      all.addAll(page);
      after = page.getLast();
    }
  }
}
