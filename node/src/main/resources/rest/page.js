// Shows the document of this node. Nothing is asked of any other server.
SwaggerUIBundle({
  url: "openapi.json",
  dom_id: "#page",
  deepLinking: true,
  defaultModelsExpandDepth: 0,
  displayRequestDuration: true,
  operationsSorter: "alpha",
  persistAuthorization: false,
  validatorUrl: null,
});
