package io.btrdb.node.door;

import io.btrdb.api.ErrorCode;
import io.btrdb.api.v5.Status;
import io.btrdb.api.wire.StatPointColumns;
import io.btrdb.api.wire.StatPointsMessage;
import io.btrdb.node.plane.Codes;
import io.btrdb.node.plane.ReadPlace;
import io.btrdb.tree.Cursors;
import io.btrdb.tree.WindowChunk;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** Windows: four columns. Windows without points are passed over. */
final class CsvWindows implements CsvColumns {
  private static final int CHUNK_WINDOWS = 1_024;
  private static final RemoteMessages.Form<StatPointsMessage> FORM =
      new RemoteMessages.Form<>() {
        @Override
        public StatPointsMessage parse(byte[] bytes) throws IOException {
          return StatPointsMessage.decode(new ByteArrayInputStream(bytes));
        }

        @Override
        public Optional<Refusal> refusal(StatPointsMessage message) {
          return message.status().map(CsvWindows::refused);
        }
      };

  /** Windows, chunk by chunk, from here or elsewhere. */
  private interface Source {
    /** The next windows; 0 when none are left. */
    int next();

    /** Those that {@link #next} has counted. */
    StatPointColumns columns();

    void cancel();
  }

  private final long version;
  private final Source source;
  private int size;
  private int next = -1;

  private CsvWindows(long version, Source source) {
    this.version = version;
    this.source = source;
    advance();
  }

  static CsvColumns here(ReadPlace.Here place, Cursors.Windows windows) {
    WindowChunk chunk = new WindowChunk(CHUNK_WINDOWS);
    StatPointColumns columns =
        new StatPointColumns(
            chunk.times, chunk.min, chunk.mean, chunk.max, chunk.count, chunk.stddev);
    return new CsvWindows(
        place.major(),
        new Source() {
          @Override
          public int next() {
            return windows.next(chunk) ? chunk.size : 0;
          }

          @Override
          public StatPointColumns columns() {
            return columns;
          }

          @Override
          public void cancel() {}
        });
  }

  static ReadPlaces.RemoteOpening<CsvColumns> there(RemoteAnswer.Request request) {
    return RemoteMessages.opening(
        request,
        FORM,
        messages ->
            new CsvWindows(
                messages.first().versionMajor(),
                new Source() {
                  private StatPointsMessage message;

                  @Override
                  public int next() {
                    do {
                      message = messages.next();
                    } while (message != null && message.size() == 0);
                    return message == null ? 0 : message.size();
                  }

                  @Override
                  public StatPointColumns columns() {
                    return message.columns();
                  }

                  @Override
                  public void cancel() {
                    messages.cancel();
                  }
                }));
  }

  private static Refusal refused(Status status) {
    ErrorCode code = Codes.of(status.getCode());
    return new Refusal(code, status.getMsg());
  }

  @Override
  public long version() {
    return version;
  }

  @Override
  public List<String> titles() {
    return List.of(" (Min)", " (Mean)", " (Max)", " (Count)");
  }

  @Override
  public long time() {
    return next < size ? source.columns().starts()[next] : Long.MAX_VALUE;
  }

  @Override
  public void take(List<String> row) {
    StatPointColumns columns = source.columns();
    row.add(CsvText.number(columns.min()[next]));
    row.add(CsvText.number(columns.mean()[next]));
    row.add(CsvText.number(columns.max()[next]));
    row.add(Long.toString(columns.counts()[next]));
    advance();
  }

  /** To the next window with points in it. */
  private void advance() {
    do {
      if (++next >= size) {
        size = source.next();
        next = 0;
      }
    } while (next < size && source.columns().counts()[next] == 0);
  }

  @Override
  public void cancel() {
    source.cancel();
  }
}
