/**
 * Who calls, and what for: keys, the secret of the cluster, and what each is good for.
 *
 * <p>{@link io.btrdb.node.security.Guard} is the front door. It knows a caller by the header of its
 * call: a key's holder by the {@link io.btrdb.node.security.Keyring}, which follows the keys in the
 * catalog, and the cluster's own nodes by the {@link io.btrdb.node.security.ClusterSecret}. What a
 * caller may do with a stream depends on the collection it is in, which {@link
 * io.btrdb.node.security.StreamPlaces} remembers. Without keys configured every caller may do
 * everything, and nothing here costs anything.
 */
package io.btrdb.node.security;
