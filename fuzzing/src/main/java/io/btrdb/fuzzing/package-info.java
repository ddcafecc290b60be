/**
 * For the tests of decoders: Jazzer, and the law that decoders are held to.
 *
 * <p>A fuzz test is a method with {@code @FuzzTest}, as its last annotation, and one array of
 * bytes, beside the decoder that it tests. In a normal build it is run with the sound samples that
 * its {@code @MethodSource} makes, which are its seeds, and with all files of its folder of inputs,
 * which are what fuzzing has found; beside it an ordinary test runs it with the samples cut and
 * bent in many ways ({@link io.btrdb.fuzzing.Bent}). With {@code -Pfuzz} one of them is fuzzed.
 */
package io.btrdb.fuzzing;
