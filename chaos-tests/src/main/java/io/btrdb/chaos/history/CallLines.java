package io.btrdb.chaos.history;

import io.btrdb.chaos.history.Call.At;
import java.util.List;
import java.util.UUID;

/** Calls as fields of a line; the grammar is {@link HistoryWriter}'s. */
final class CallLines {
  private CallLines() {}

  static void write(Call call, Fields out) {
    out.put("f", call.function());
    call.stream().ifPresent(uuid -> out.put("uuid", uuid.toString()));
    if (call instanceof Call.Read read) {
      out.put("at", read.at().major()).put("stale", read.at().stalenessMillis());
    }
    switch (call) {
      case Call.Insert insert ->
          out.put("policy", insert.policy().name())
              .put("times", Numbers.text(insert.points().times()))
              .put("values", Numbers.text(insert.points().values()));
      case Call.Delete delete -> range(out, delete.start(), delete.end());
      case Call.Flush flush -> {}
      case Call.Values values -> range(out, values.start(), values.end());
      case Call.Windows windows ->
          range(out, windows.start(), windows.end()).put("width", windows.width());
      case Call.Aligned aligned ->
          range(out, aligned.start(), aligned.end()).put("width", aligned.pointWidth());
      case Call.Nearest nearest ->
          out.put("start", nearest.time()).put("backward", nearest.backward() ? 1 : 0);
      case Call.Changes changes ->
          out.put("from", changes.from()).put("width", changes.resolution());
      case Call.Replica replica -> out.put("node", replica.node());
      case Call.Leaders leaders -> out.put("node", leaders.node());
      case Call.Slots slots -> out.put("node", slots.node());
      case Call.Resources resources -> out.put("node", resources.node());
      case Call.Damage damage -> out.put("node", damage.node()).put("what", damage.what());
      case Call.Alarm alarm -> out.put("node", alarm.node());
      case Call.Fault fault ->
          out.put("what", fault.kind()).put("node", String.join(" ", fault.nodes()));
      case Call.Enter enter -> out.put("what", enter.phase().name());
    }
  }

  private static Fields range(Fields out, long start, long end) {
    return out.put("start", start).put("end", end);
  }

  static Call read(Fields in) {
    String function = in.text("f");
    return in.has("uuid") ? ofStream(function, in) : ofCluster(function, in);
  }

  private static Call ofStream(String function, Fields in) {
    UUID uuid = UUID.fromString(in.text("uuid"));
    At at = in.has("at") ? new At(in.number("at"), in.integer("stale")) : At.LATEST;
    return switch (function) {
      case "insert" ->
          new Call.Insert(
              uuid,
              Call.Policy.valueOf(in.text("policy")),
              new Columns(Numbers.longs(in.text("times")), Numbers.doubles(in.text("values"))));
      case "delete" -> new Call.Delete(uuid, in.number("start"), in.number("end"));
      case "flush" -> new Call.Flush(uuid);
      case "values" -> new Call.Values(uuid, at, in.number("start"), in.number("end"));
      case "windows" ->
          new Call.Windows(uuid, at, in.number("start"), in.number("end"), in.number("width"));
      case "aligned" ->
          new Call.Aligned(uuid, at, in.number("start"), in.number("end"), in.integer("width"));
      case "nearest" -> new Call.Nearest(uuid, at, in.number("start"), in.number("backward") != 0);
      case "changes" -> new Call.Changes(uuid, in.number("from"), at, in.integer("width"));
      case "replica" -> new Call.Replica(uuid, in.text("node"), at);
      default -> throw new IllegalArgumentException("unknown function: " + in);
    };
  }

  private static Call ofCluster(String function, Fields in) {
    return switch (function) {
      case "leaders" -> new Call.Leaders(in.text("node"));
      case "slots" -> new Call.Slots(in.text("node"));
      case "resources" -> new Call.Resources(in.text("node"));
      case "damage" -> new Call.Damage(in.text("node"), in.text("what"));
      case "alarm" -> new Call.Alarm(in.text("node"));
      case "fault" -> new Call.Fault(in.text("what"), List.of(in.text("node").split(" ")));
      case "enter" -> new Call.Enter(Call.Phase.valueOf(in.text("what")));
      default -> throw new IllegalArgumentException("unknown function: " + in);
    };
  }
}
