/**
 * A node's configuration: one YAML file, read by {@link io.btrdb.node.config.ConfigFile} into the
 * immutable records of {@link io.btrdb.node.config.NodeConfig}. All problems of a file are reported
 * at once, unknown keys by name, and every key has its unit in its name.
 */
package io.btrdb.node.config;
