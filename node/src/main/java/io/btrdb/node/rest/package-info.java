/**
 * The v5 contract as JSON over HTTP: every method of the service at {@code POST
 * /v5/<lowercasename>}, what they take and give as OpenAPI at {@code /v5/openapi.json}, and a page
 * to try them at {@code /v5/}.
 *
 * <p>Nothing here knows any method: {@link io.btrdb.node.rest.RestSection} finds them in the
 * service's descriptor, {@code RequestJson} writes a request's JSON as the message's bytes, and
 * {@code RestCall} makes the call through a channel of gRPC within the process, so that the same
 * endpoints, limits and checks answer as for any other client.
 */
package io.btrdb.node.rest;
