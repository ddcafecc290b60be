package io.btrdb.node.catalog;

import io.btrdb.api.ErrorCode;
import io.btrdb.catalog.AccessKey;
import io.btrdb.catalog.AccessKeys;
import io.btrdb.catalog.AccessState;
import io.btrdb.catalog.Catalog;
import io.btrdb.catalog.FieldCodec;
import io.btrdb.catalog.KeyFilter;
import io.btrdb.catalog.LookupPage;
import io.btrdb.catalog.LookupQuery;
import io.btrdb.catalog.MetadataUsage;
import io.btrdb.catalog.StreamDescriptor;
import io.btrdb.catalog.StreamPosition;
import io.btrdb.codec.ByteReader;
import io.btrdb.codec.ByteWriter;
import io.btrdb.codec.MalformedBytesException;
import io.btrdb.node.plane.AccessPlane;
import io.btrdb.node.plane.CatalogPlane.Reply;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;

/**
 * A question to the catalog and the form of its answer between nodes; {@link FieldCodec} gives the
 * parts.
 *
 * <pre>
 * query         = kind(byte) body
 * 1 describe    = uuid                                   answer = descriptor
 * 2 lookup      = collection(string) prefix(byte 0 | 1) tags(filters) annotations(filters)
 *                 after(byte 0 | 1) [ collection(string) uuid ] limit(varint)
 *                                                        answer = count(varint) { descriptor } more(byte 0 | 1)
 * 3 collections = prefix(string) after(string) limit(varint)
 *                                                        answer = strings
 * 4 usage       = prefix(string)                         answer = counts counts
 * 5 usageOf     = collection(string)                     answer = counts counts
 * 6 access      = known(varint)   answer = revision(varint) moved(varint) changed(byte 0 | 1)
 *                                          [ count(varint) { key, see AccessKeys } ]
 * filters       = count(varint) { key(string) value(byte 0 | 1) [ string ] }
 * counts        = count(varint) { key(string) streams(varint) }
 * </pre>
 */
sealed interface CatalogQuery<T> {
  int DESCRIBE = 1;
  int LOOKUP = 2;
  int COLLECTIONS = 3;
  int USAGE = 4;
  int USAGE_OF = 5;
  int ACCESS = 6;

  /** The largest page another node may ask for. */
  int LIMIT_MAX = 100_000;

  void encode(ByteWriter out);

  Reply<T> answer(Catalog catalog);

  void encodeAnswer(T answer, ByteWriter out);

  /** Throws {@link MalformedBytesException}. */
  T decodeAnswer(ByteReader in);

  /** Throws {@link MalformedBytesException}. */
  static CatalogQuery<?> decode(ByteReader in) {
    int kind = in.readByte();
    return switch (kind) {
      case DESCRIBE -> new Describe(FieldCodec.readUuid(in));
      case LOOKUP -> Lookup.read(in);
      case COLLECTIONS ->
          new Collections(FieldCodec.readString(in), FieldCodec.readString(in), readLimit(in));
      case USAGE -> new Usage(FieldCodec.readString(in), false);
      case USAGE_OF -> new Usage(FieldCodec.readString(in), true);
      case ACCESS -> new Access(in.readVarint());
      default -> throw new MalformedBytesException("unknown catalog query " + kind);
    };
  }

  private static int readLimit(ByteReader in) {
    int limit = in.readVarint(LIMIT_MAX);
    if (limit == 0) {
      throw new MalformedBytesException("a page of nothing");
    }
    return limit;
  }

  record Describe(UUID uuid) implements CatalogQuery<StreamDescriptor> {
    @Override
    public void encode(ByteWriter out) {
      out.putByte(DESCRIBE);
      FieldCodec.putUuid(out, uuid);
    }

    @Override
    public Reply<StreamDescriptor> answer(Catalog catalog) {
      Optional<StreamDescriptor> stream = catalog.describe(uuid);
      return stream.isPresent()
          ? new Reply.Ok<>(stream.get())
          : new Reply.Failed<>(
              ErrorCode.NO_SUCH_STREAM, "stream " + uuid + " does not exist", false);
    }

    @Override
    public void encodeAnswer(StreamDescriptor answer, ByteWriter out) {
      FieldCodec.putDescriptor(out, answer);
    }

    @Override
    public StreamDescriptor decodeAnswer(ByteReader in) {
      return FieldCodec.readDescriptor(in);
    }
  }

  record Lookup(LookupQuery query) implements CatalogQuery<LookupPage> {
    @Override
    public void encode(ByteWriter out) {
      out.putByte(LOOKUP);
      FieldCodec.putString(out, query.collection());
      out.putByte(query.isPrefix() ? 1 : 0);
      putFilters(out, query.tags());
      putFilters(out, query.annotations());
      out.putByte(query.after().isPresent() ? 1 : 0);
      query
          .after()
          .ifPresent(
              after -> {
                FieldCodec.putString(out, after.collection());
                FieldCodec.putUuid(out, after.uuid());
              });
      out.putVarint(query.limit());
    }

    private static Lookup read(ByteReader in) {
      String collection = FieldCodec.readString(in);
      boolean isPrefix = in.readByte() == 1;
      List<KeyFilter> tags = readFilters(in);
      List<KeyFilter> annotations = readFilters(in);
      Optional<StreamPosition> after = Optional.empty();
      if (in.readByte() == 1) {
        String place = FieldCodec.readString(in);
        after = Optional.of(new StreamPosition(place, FieldCodec.readUuid(in)));
      }
      return new Lookup(
          new LookupQuery(collection, isPrefix, tags, annotations, after, readLimit(in)));
    }

    private static void putFilters(ByteWriter out, List<KeyFilter> filters) {
      out.putVarint(filters.size());
      for (KeyFilter filter : filters) {
        FieldCodec.putString(out, filter.key());
        out.putByte(filter.value().isPresent() ? 1 : 0);
        filter.value().ifPresent(value -> FieldCodec.putString(out, value));
      }
    }

    private static List<KeyFilter> readFilters(ByteReader in) {
      int count = in.readVarint(in.remaining());
      List<KeyFilter> filters = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        String key = FieldCodec.readString(in);
        boolean valued = in.readByte() == 1;
        filters.add(
            new KeyFilter(key, valued ? Optional.of(FieldCodec.readString(in)) : Optional.empty()));
      }
      return filters;
    }

    @Override
    public Reply<LookupPage> answer(Catalog catalog) {
      return new Reply.Ok<>(catalog.lookup(query));
    }

    @Override
    public void encodeAnswer(LookupPage answer, ByteWriter out) {
      out.putVarint(answer.streams().size());
      answer.streams().forEach(stream -> FieldCodec.putDescriptor(out, stream));
      out.putByte(answer.more() ? 1 : 0);
    }

    @Override
    public LookupPage decodeAnswer(ByteReader in) {
      int count = in.readVarint(in.remaining());
      List<StreamDescriptor> streams = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        streams.add(FieldCodec.readDescriptor(in));
      }
      return new LookupPage(streams, in.readByte() == 1);
    }
  }

  record Collections(String prefix, String after, int limit) implements CatalogQuery<List<String>> {
    @Override
    public void encode(ByteWriter out) {
      out.putByte(COLLECTIONS);
      FieldCodec.putString(out, prefix);
      FieldCodec.putString(out, after);
      out.putVarint(limit);
    }

    @Override
    public Reply<List<String>> answer(Catalog catalog) {
      return new Reply.Ok<>(catalog.collections(prefix, after, limit));
    }

    @Override
    public void encodeAnswer(List<String> answer, ByteWriter out) {
      FieldCodec.putStrings(out, answer);
    }

    @Override
    public List<String> decodeAnswer(ByteReader in) {
      return FieldCodec.readStrings(in);
    }
  }

  /** {@code exactly}: of the one collection and not of those that start with its name. */
  record Usage(String name, boolean exactly) implements CatalogQuery<MetadataUsage> {
    @Override
    public void encode(ByteWriter out) {
      out.putByte(exactly ? USAGE_OF : USAGE);
      FieldCodec.putString(out, name);
    }

    @Override
    public Reply<MetadataUsage> answer(Catalog catalog) {
      return new Reply.Ok<>(exactly ? catalog.usageOf(name) : catalog.usage(name));
    }

    @Override
    public void encodeAnswer(MetadataUsage answer, ByteWriter out) {
      putCounts(out, answer.tags());
      putCounts(out, answer.annotations());
    }

    @Override
    public MetadataUsage decodeAnswer(ByteReader in) {
      Map<String, Long> tags = readCounts(in);
      return new MetadataUsage(tags, readCounts(in));
    }

    private static void putCounts(ByteWriter out, Map<String, Long> counts) {
      out.putVarint(counts.size());
      counts.forEach(
          (key, count) -> {
            FieldCodec.putString(out, key);
            out.putVarint(count);
          });
    }

    private static Map<String, Long> readCounts(ByteReader in) {
      int size = in.readVarint(in.remaining());
      Map<String, Long> counts = new TreeMap<>();
      for (int i = 0; i < size; i++) {
        String key = FieldCodec.readString(in);
        counts.put(key, in.readVarint());
      }
      return counts;
    }
  }

  /** The keys, unless they are as they were at a revision that the asker knows. */
  record Access(long known) implements CatalogQuery<AccessPlane.Seen> {
    @Override
    public void encode(ByteWriter out) {
      out.putByte(ACCESS);
      out.putVarint(known);
    }

    @Override
    public Reply<AccessPlane.Seen> answer(Catalog catalog) {
      if (catalog.accessRevision() == known) {
        return new Reply.Ok<>(new AccessPlane.Seen(known, catalog.lastMove(), Optional.empty()));
      }
      AccessState state = catalog.access();
      return new Reply.Ok<>(
          new AccessPlane.Seen(state.revision(), state.moved(), Optional.of(state.keys())));
    }

    @Override
    public void encodeAnswer(AccessPlane.Seen answer, ByteWriter out) {
      out.putVarint(answer.revision());
      out.putVarint(answer.moved());
      out.putByte(answer.keys().isPresent() ? 1 : 0);
      answer
          .keys()
          .ifPresent(
              keys -> {
                out.putVarint(keys.size());
                keys.forEach(key -> AccessKeys.put(out, key));
              });
    }

    @Override
    public AccessPlane.Seen decodeAnswer(ByteReader in) {
      long revision = in.readVarint();
      long moved = in.readVarint();
      if (in.readByte() == 0) {
        return new AccessPlane.Seen(revision, moved, Optional.empty());
      }
      int count = in.readVarint(in.remaining());
      List<AccessKey> keys = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        keys.add(AccessKeys.read(in));
      }
      return new AccessPlane.Seen(revision, moved, Optional.of(keys));
    }
  }
}
