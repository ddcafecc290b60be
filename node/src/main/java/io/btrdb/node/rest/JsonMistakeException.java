package io.btrdb.node.rest;

/** What is wrong with a request's JSON, for whoever wrote it. */
final class JsonMistakeException extends Exception {
  private static final long serialVersionUID = 1;

  JsonMistakeException(String message) {
    super(message, null, false, false);
  }
}
