package io.btrdb.node.door;

import io.btrdb.api.v5.AlignedWindowsParams;
import io.btrdb.api.v5.BTrDBGrpc;
import io.btrdb.api.v5.WindowsParams;
import io.btrdb.api.wire.ArrowMessage;
import io.btrdb.api.wire.StatPointColumns;
import io.btrdb.api.wire.StatPointsMessage;
import io.btrdb.node.plane.ReadPlace;
import io.btrdb.tree.WindowChunk;
import io.grpc.MethodDescriptor;

/** In which of the contract's two forms windows are answered. */
enum WindowForm {
  /** A message for each window. */
  MESSAGES(BTrDBGrpc.getWindowsMethod(), BTrDBGrpc.getAlignedWindowsMethod(), Limits.CHUNK_POINTS) {
    @Override
    byte[] encode(ReadPlace.Here place, WindowChunk chunk) {
      StatPointColumns columns =
          new StatPointColumns(
              chunk.times, chunk.min, chunk.mean, chunk.max, chunk.count, chunk.stddev);
      return StatPointsMessage.of(place.major(), place.minor(), columns, 0, chunk.size).encode();
    }
  },

  /** Columns, as an Arrow stream. */
  ARROW(
      BTrDBGrpc.getArrowWindowsMethod(),
      BTrDBGrpc.getArrowAlignedWindowsMethod(),
      Limits.ARROW_WINDOWS) {
    @Override
    byte[] encode(ReadPlace.Here place, WindowChunk chunk) {
      return ArrowMessage.versioned(place.major(), place.minor(), ArrowBody.of(chunk));
    }
  };

  final MethodDescriptor<WindowsParams, ?> windows;
  final MethodDescriptor<AlignedWindowsParams, ?> alignedWindows;

  /** The most windows in a message. */
  final int chunkWindows;

  WindowForm(
      MethodDescriptor<WindowsParams, ?> windows,
      MethodDescriptor<AlignedWindowsParams, ?> alignedWindows,
      int chunkWindows) {
    this.windows = windows;
    this.alignedWindows = alignedWindows;
    this.chunkWindows = chunkWindows;
  }

  abstract byte[] encode(ReadPlace.Here place, WindowChunk chunk);
}
