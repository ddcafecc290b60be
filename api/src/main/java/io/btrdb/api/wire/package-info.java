/**
 * Hand-written marshallers for the messages that carry points: straight between the wire and
 * primitive arrays, without an object a point. The layouts are those of {@code btrdb.proto}; only
 * the Java side differs, so either end may use the generated classes instead.
 *
 * <p>{@link io.btrdb.api.wire.HotMethods} is the front door: method descriptors with the names of
 * {@code v5api.BTrDB} and these marshallers on the side that carries points.
 */
package io.btrdb.api.wire;
