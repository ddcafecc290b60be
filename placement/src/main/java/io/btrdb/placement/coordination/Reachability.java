package io.btrdb.placement.coordination;

import io.btrdb.placement.coordination.CoordinationSettings.Tls;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.apache.zookeeper.client.ConnectStringParser;
import org.apache.zookeeper.client.ZKClientConfig;
import org.apache.zookeeper.common.ClientX509Util;
import org.apache.zookeeper.common.X509Exception;

/**
 * Why ZooKeeper cannot be reached, found out by knocking at its doors: its own client says no more
 * than that it is not connected.
 */
final class Reachability {
  private static final int KNOCK_MILLIS = 2_000;

  /** A server that objects to this node's certificate does so within this time. */
  private static final int OBJECTION_MILLIS = 500;

  private final CoordinationSettings settings;
  private final ZKClientConfig config;

  Reachability(CoordinationSettings settings, ZKClientConfig config) {
    this.settings = settings;
    this.config = config;
  }

  /**
   * Takes up to three seconds for each server.
   *
   * @return what is wrong with the first server, and what to do; empty when one of them opens
   */
  Optional<String> trouble() {
    Optional<SSLContext> context = Optional.empty();
    if (settings.tls().isPresent()) {
      try (ClientX509Util stores = new ClientX509Util()) {
        context = Optional.of(stores.createSSLContext(config));
      } catch (X509Exception e) {
        return Optional.of("the stores of placement.tls cannot be used: " + root(e).getMessage());
      }
    }
    Optional<String> first = Optional.empty();
    for (InetSocketAddress server :
        new ConnectStringParser(settings.connectString()).getServerAddresses()) {
      Optional<String> trouble = knock(server.getHostString(), server.getPort(), context);
      if (trouble.isEmpty()) {
        return trouble;
      }
      first = first.or(() -> trouble);
    }
    return first;
  }

  private Optional<String> knock(String host, int port, Optional<SSLContext> context) {
    String server = host + ":" + port;
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(host, port), KNOCK_MILLIS);
      if (context.isPresent()) {
        try (Socket secure =
            context.get().getSocketFactory().createSocket(socket, host, port, true)) {
          shakeHands((SSLSocket) secure);
        }
      }
      return Optional.empty();
    } catch (SSLException e) {
      return Optional.of(objection(server, host, settings.tls().orElseThrow(), e));
    } catch (UnknownHostException e) {
      return Optional.of("the name " + host + " of placement.zooKeeper is not known");
    } catch (ConnectException e) {
      return Optional.of("nobody listens at " + server);
    } catch (IOException e) {
      return Optional.of(server + " does not answer: " + e.getMessage());
    }
  }

  private static void shakeHands(SSLSocket socket) throws IOException {
    SSLParameters parameters = socket.getSSLParameters();
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    socket.setSSLParameters(parameters);
    socket.setSoTimeout(KNOCK_MILLIS);
    socket.startHandshake();
    // In TLS 1.3 a server looks at a client's certificate when for the client all is over.
    socket.setSoTimeout(OBJECTION_MILLIS);
    try {
      socket.getInputStream().read();
    } catch (SocketTimeoutException e) {
      return; // it waits for the first request
    }
  }

  private static String objection(String server, String host, Tls tls, SSLException e) {
    Throwable root = root(e);
    if (root instanceof CertPathBuilderException || root instanceof CertPathValidatorException) {
      return "nobody in %s, placement.tls.trustStore, has signed the certificate of %s: add its CA"
          .formatted(tls.trustStore(), server);
    }
    if (root instanceof CertificateException) {
      return "the certificate of %s is not made out for %s (%s): name it in placement.zooKeeper as"
              .formatted(server, host, root.getMessage())
          + " the certificate does";
    }
    String message = String.valueOf(root.getMessage());
    if (message.contains("alert")) {
      return "%s refuses this node's certificate (%s): placement.tls.keyStore must have one that is"
              .formatted(server, message)
          + " signed by a CA in ZooKeeper's trust store";
    }
    return "%s does not speak TLS (%s): placement.zooKeeper must name ZooKeeper's secureClientPort"
        .formatted(server, message);
  }

  private static Throwable root(Throwable throwable) {
    Throwable root = throwable;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root;
  }
}
