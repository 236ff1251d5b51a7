// Shows one definition, with the test key in every place that takes a key.
const page = document.getElementById("page");
const ui = SwaggerUIBundle({
  url: page.dataset.spec,
  domNode: page,
  deepLinking: true,
  displayRequestDuration: true,
  persistAuthorization: false,
  requestSnippetsEnabled: true,
  tryItOutEnabled: true,
  validatorUrl: null, // nothing of this leaves the machine
  onComplete: () => {
    if (page.dataset.key) {
      page.dataset.schemes.split(" ").forEach((name) => ui.preauthorizeApiKey(name, page.dataset.key));
    }
    page.dataset.ready = "yes";
  },
});
