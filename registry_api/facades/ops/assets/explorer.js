window.ui = SwaggerUIBundle({
  url: "openapi.json",
  dom_id: "#explorer",
  deepLinking: true,
  docExpansion: "none",
  validatorUrl: null,
});
