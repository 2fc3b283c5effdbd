// Shows the document of this very server. The cookie of the page's login is sent along, so
// "Try it out" works for whoever is logged in.
window.ui = window.SwaggerUIBundle({
  url: new URL("../openapi.json", document.baseURI).href,
  dom_id: "#swagger-ui",
  deepLinking: true,
  docExpansion: "list",
  defaultModelsExpandDepth: 0,
  validatorUrl: null,
});
