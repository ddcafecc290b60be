package io.btrdb.placement.coordination;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import javax.security.auth.login.AppConfigurationEntry;
import javax.security.auth.login.AppConfigurationEntry.LoginModuleControlFlag;
import javax.security.auth.login.Configuration;
import org.apache.zookeeper.server.auth.DigestLoginModule;

/**
 * ZooKeeper's client takes user and password from the JVM's JAAS configuration and from nowhere
 * else. This adds entries of our own to it and passes on every other question to the configuration
 * that was there.
 */
final class DigestLogin extends Configuration {
  private static final AtomicLong NUMBERS = new AtomicLong();
  private static DigestLogin installed;

  private final Configuration others;
  private final Map<String, AppConfigurationEntry[]> entries = new ConcurrentHashMap<>();

  private DigestLogin(Configuration others) {
    this.others = others;
  }

  /** Adds an entry and says under what name. */
  static synchronized String add(String user, String password) {
    if (installed == null) {
      installed = new DigestLogin(present());
      Configuration.setConfiguration(installed);
    }
    String name = "btrdb-zookeeper-" + NUMBERS.incrementAndGet();
    installed.entries.put(
        name,
        new AppConfigurationEntry[] {
          new AppConfigurationEntry(
              DigestLoginModule.class.getName(),
              LoginModuleControlFlag.REQUIRED,
              Map.of("username", user, "password", password))
        });
    return name;
  }

  private static Configuration present() {
    try {
      return Configuration.getConfiguration();
    } catch (SecurityException e) {
      return null; // a JVM that was given no configuration says so by throwing
    }
  }

  @Override
  public AppConfigurationEntry[] getAppConfigurationEntry(String name) {
    AppConfigurationEntry[] own = entries.get(name);
    if (own != null) {
      return own;
    }
    return others == null ? null : others.getAppConfigurationEntry(name);
  }
}
