/**
 * The scrub: reads every block of this node's replicas before anybody needs it, compares segments
 * with the other replicas' and repairs what is damaged.
 */
package io.btrdb.node.scrub;
