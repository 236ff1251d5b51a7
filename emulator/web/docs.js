// Shows one definition, with the test key filled in.
const page = document.getElementById("page");
// Server-sent events are an answer without end, for which "Execute" would wait for ever.
const isEndless = (operation) =>
  operation.get("responses").some((response) => response.hasIn(["content", "text/event-stream"]));
const emulation = ({ React }) => ({
  statePlugins: {
    spec: {
      wrapSelectors: {
        allowTryItOutFor: () => (state, path, method) => !isEndless(state.getIn(["json", "paths", path, method])),
      },
    },
  },
  wrapComponents: {
    // An empty field of a form is left out, unless its box "Send empty value" is ticked.
    ParameterIncludeEmpty: (Original) => (props) =>
      React.createElement(Original, { ...props, isIncludedOptions: { ...props.isIncludedOptions, defaultValue: false } }),
    operation: (Original, { specSelectors }) => (props) => {
      const place = ["paths", props.operation.get("path"), props.operation.get("method"), "x-emulator-later"];
      const shown = React.createElement(Original, props);
      return specSelectors.specJson().hasIn(place)
        ? React.createElement("div", { className: "not-emulated" }, shown)
        : shown;
    },
  },
});
const ui = SwaggerUIBundle({
  url: page.dataset.spec,
  domNode: page,
  plugins: [emulation],
  deepLinking: true,
  displayRequestDuration: true,
  persistAuthorization: false,
  requestSnippetsEnabled: true,
  syntaxHighlight: { activated: true, theme: "tomorrow-night" }, // the usual one's numbers are hard to read
  tryItOutEnabled: true,
  validatorUrl: null, // nothing of this leaves the machine
  onComplete: () => {
    if (page.dataset.key) ui.preauthorizeApiKey(page.dataset.scheme, page.dataset.key);
    page.dataset.ready = "yes";
  },
});
