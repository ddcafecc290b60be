package io.btrdb.chaos;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;

/**
 * Just enough of HTTP/2 to send what no proper client would. One request, on stream 1.
 *
 * <pre>
 * connection := preface frame*
 * frame      := length:u24 type:u8 flags:u8 stream:u32 payload
 * payload    := ( compressed:u8 length:u32 message )      of DATA, as gRPC frames it
 * </pre>
 */
final class RawHttp2 implements AutoCloseable {
  static final int DATA = 0;
  static final int HEADERS = 1;
  static final int RST_STREAM = 3;
  static final int SETTINGS = 4;
  static final int GOAWAY = 7;
  static final int WINDOW_UPDATE = 8;

  /** The connection has ended, in whatever way. */
  static final int END = -1;

  private static final byte[] PREFACE =
      "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
  private static final int END_HEADERS = 4;
  private static final int DEFAULT_WINDOW = 65_535;

  private final Socket socket;
  private final DataInputStream in;
  private final DataOutputStream out;
  private long streamWindow = DEFAULT_WINDOW;
  private long connectionWindow = DEFAULT_WINDOW;

  RawHttp2(int port) throws IOException {
    socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout(20_000);
    in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
    out = new DataOutputStream(new BufferedOutputStream(socket.getOutputStream()));
  }

  /** Sends bytes as they are. */
  RawHttp2 send(byte[] bytes) throws IOException {
    out.write(bytes);
    out.flush();
    return this;
  }

  RawHttp2 open() throws IOException {
    out.write(PREFACE);
    frame(SETTINGS, 0, 0, new byte[0]);
    return this;
  }

  /** Begins a gRPC call. */
  RawHttp2 call(String path) throws IOException {
    ByteArrayOutputStream headers = new ByteArrayOutputStream();
    String[][] fields = {
      {":method", "POST"},
      {":scheme", "http"},
      {":path", path},
      {":authority", "localhost"},
      {"te", "trailers"},
      {"content-type", "application/grpc"}
    };
    for (String[] field : fields) {
      headers.write(0); // a literal that is neither indexed nor compressed
      for (String text : field) {
        headers.write(text.length());
        headers.write(text.getBytes(StandardCharsets.US_ASCII));
      }
    }
    return frame(HEADERS, END_HEADERS, 1, headers.toByteArray());
  }

  RawHttp2 frame(int type, int flags, int stream, byte[] payload) throws IOException {
    out.write(payload.length >>> 16);
    out.writeShort(payload.length);
    out.write(type);
    out.write(flags);
    out.writeInt(stream);
    out.write(payload);
    out.flush();
    return this;
  }

  /** A frame's type and what it carried. */
  record Frame(int type, int stream, byte[] payload) {}

  /** The next frame; keeps account of how much may be sent. */
  Frame read() throws IOException {
    try {
      int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
      int type = in.readUnsignedByte();
      in.readUnsignedByte();
      int stream = in.readInt();
      byte[] payload = in.readNBytes(length);
      if (type == WINDOW_UPDATE) {
        long more =
            (payload[0] & 0x7FL) << 24
                | (payload[1] & 0xFF) << 16
                | (payload[2] & 0xFF) << 8
                | payload[3] & 0xFF;
        connectionWindow += stream == 0 ? more : 0;
        streamWindow += stream == 0 ? 0 : more;
      }
      return new Frame(type, stream, payload);
    } catch (EOFException | SocketException e) {
      return new Frame(END, 0, new byte[0]);
    }
  }

  /**
   * Sends a message of zeros as long as the other side takes it, holding none of it.
   *
   * @return bytes that were sent before the call or the connection was ended
   */
  long sendZeros(long length) throws IOException {
    byte[] prefix = {
      0, (byte) (length >>> 24), (byte) (length >>> 16), (byte) (length >>> 8), (byte) length
    };
    frame(DATA, 0, 1, prefix);
    streamWindow -= prefix.length;
    connectionWindow -= prefix.length;
    byte[] zeros = new byte[16_384];
    long sent = 0;
    try {
      while (sent < length) {
        while (in.available() >= 9 || Math.min(streamWindow, connectionWindow) < zeros.length) {
          int type = read().type();
          if (type == HEADERS || type == RST_STREAM || type == GOAWAY || type == END) {
            return sent;
          }
        }
        frame(DATA, 0, 1, zeros);
        sent += zeros.length;
        streamWindow -= zeros.length;
        connectionWindow -= zeros.length;
      }
    } catch (SocketException e) {
      return sent;
    }
    return sent;
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
