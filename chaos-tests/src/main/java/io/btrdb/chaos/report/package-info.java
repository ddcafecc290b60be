/** Shows histories and verdicts to people: {@code Recheck} on a terminal, {@code HtmlReport}. */
package io.btrdb.chaos.report;
