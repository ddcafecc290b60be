/**
 * What every store promises, as JUnit interfaces: a store's test implements the kit and says how to
 * open, crash and reopen the store.
 */
package io.btrdb.storage.contract;
