/**
 * The node's certificate, its key and the authorities that it trusts, read from files and read
 * again when those change: {@link io.btrdb.node.tls.NodeCertificates}.
 */
package io.btrdb.node.tls;
