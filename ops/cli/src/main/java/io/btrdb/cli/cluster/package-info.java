/**
 * A cluster of node processes on this machine: {@link io.btrdb.cli.cluster.LocalCluster} and the
 * verbs that drive it.
 *
 * <pre>
 * DIR/.lock               held while a command changes which nodes run
 * DIR/n1/node.yaml        the node's settings; written once, kept when edited
 * DIR/n1/jvm.options      its Java options, one a line
 * DIR/n1/node.pid         the running process, see PidFile
 * DIR/n1/node.log         what it says; node.log.1 is the one before
 * DIR/n1/data/            what it stores
 * DIR/n2/ ...
 * </pre>
 */
package io.btrdb.cli.cluster;
