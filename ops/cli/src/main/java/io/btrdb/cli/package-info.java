/**
 * The {@code btrdb} command. {@link io.btrdb.cli.Main} runs it, {@code Verbs} lists its verbs;
 * {@code cluster} drives node processes of this machine, {@code verb} talks to any cluster, {@code
 * csv} reads files, {@code output} prints results, {@code text} understands what users type, {@code
 * terminal} is the rim.
 */
package io.btrdb.cli;
