/**
 * What operators are given, tested: alert rules and dashboard against a node's real metrics,
 * runbooks against the commands they name, manifests against their schemas, and every node.yaml
 * that a template makes against the reader of node.yaml.
 *
 * <p>Some tests need tools that are no part of the build, see {@code Tool}. Where one is missing
 * its tests are skipped, except with {@code BTRDB_REQUIRE_TOOLS} set, as in CI.
 */
package io.btrdb.ops;
