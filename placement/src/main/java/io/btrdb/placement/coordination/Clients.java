package io.btrdb.placement.coordination;

import io.btrdb.placement.coordination.CoordinationSettings.Sasl;
import io.btrdb.placement.coordination.CoordinationSettings.Tls;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.framework.api.ACLProvider;
import org.apache.curator.retry.RetryOneTime;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.client.ZKClientConfig;
import org.apache.zookeeper.data.ACL;

/** Makes Curator clients from settings. */
final class Clients {
  private static final int RETRY_MILLIS = 500;
  private static final int CONNECT_TIMEOUT_MILLIS_MAX = 5_000;

  private Clients() {}

  static CuratorFramework of(CoordinationSettings settings, ZKClientConfig config) {
    return CuratorFrameworkFactory.builder()
        .connectString(settings.connectString())
        .sessionTimeoutMs(settings.sessionTimeoutMillis())
        .connectionTimeoutMs(Math.min(CONNECT_TIMEOUT_MILLIS_MAX, settings.sessionTimeoutMillis()))
        .retryPolicy(new RetryOneTime(RETRY_MILLIS))
        // The ensemble's own idea of its addresses may not be reachable from here.
        .ensembleTracker(false)
        .dontUseContainerParents()
        .maxCloseWaitMs(1_000)
        .zkClientConfig(config)
        .aclProvider(new Rights(settings.sasl().isPresent()))
        .threadFactory(task -> Thread.ofPlatform().daemon().name("btrdb-zookeeper").unstarted(task))
        .build();
  }

  /**
   * @throws UncheckedIOException when a password file cannot be read
   */
  static ZKClientConfig config(CoordinationSettings settings) {
    ZKClientConfig config = new ZKClientConfig();
    Optional<Sasl> sasl = settings.sasl();
    config.setProperty(ZKClientConfig.ENABLE_CLIENT_SASL_KEY, Boolean.toString(sasl.isPresent()));
    sasl.ifPresent(login -> logIn(config, login));
    settings.tls().ifPresent(tls -> encrypt(config, tls));
    return config;
  }

  private static void logIn(ZKClientConfig config, Sasl login) {
    config.setProperty(
        ZKClientConfig.LOGIN_CONTEXT_NAME_KEY,
        DigestLogin.add(login.user(), password(login.passwordFile())));
    // In its FIPS mode, which is on by default, ZooKeeper's client leaves DIGEST-MD5 out and then
    // fails without a word.
    config.setProperty("zookeeper.fips-mode", "false");
  }

  private static void encrypt(ZKClientConfig config, Tls tls) {
    config.setProperty(ZKClientConfig.SECURE_CLIENT, "true");
    config.setProperty(
        ZKClientConfig.ZOOKEEPER_CLIENT_CNXN_SOCKET, "org.apache.zookeeper.ClientCnxnSocketNetty");
    config.setProperty("zookeeper.ssl.trustStore.location", tls.trustStore().toString());
    tls.trustStorePasswordFile()
        .ifPresent(file -> config.setProperty("zookeeper.ssl.trustStore.password", password(file)));
    tls.keyStore()
        .ifPresent(file -> config.setProperty("zookeeper.ssl.keyStore.location", file.toString()));
    tls.keyStorePasswordFile()
        .ifPresent(file -> config.setProperty("zookeeper.ssl.keyStore.password", password(file)));
  }

  private static String password(Path file) {
    try {
      return Files.readString(file).strip();
    } catch (IOException e) {
      throw new UncheckedIOException("the password file " + file + " cannot be read", e);
    }
  }

  /** Everything to the user who created it; to everybody where nobody has a name. */
  private record Rights(boolean named) implements ACLProvider {
    @Override
    public List<ACL> getDefaultAcl() {
      return named ? ZooDefs.Ids.CREATOR_ALL_ACL : ZooDefs.Ids.OPEN_ACL_UNSAFE;
    }

    @Override
    public List<ACL> getAclForPath(String path) {
      return getDefaultAcl();
    }
  }
}
