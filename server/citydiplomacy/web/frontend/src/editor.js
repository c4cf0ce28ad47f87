// The SPARQL editor: YASGUI with our prefixes, our terms and things to complete, and errors marked where the server sees them.
import Yasgui from "@zazuko/yasgui";
import "@zazuko/yasgui/build/yasgui.min.css";
import "./editor.css";
import { root, t } from "./texts.js";
import { offer, registerPictures } from "./views.js";

const form = document.getElementById("editor");
const endpoint = new URL(form.getAttribute("action"), location.href).href;
const prefixes = JSON.parse(form.dataset.prefixes);
const ontology = Object.entries(prefixes).find(([, iri]) => iri.endsWith("/ontology#"))?.[1] ?? "";

/** The IRIs that a query of ours answers in its first column. */
async function ask(query) {
  const url = `${endpoint}?${new URLSearchParams({ query, format: "json" })}`;
  const { head, results } = await fetch(url).then((one) => one.json());
  return results.bindings.map((one) => one[head.vars[0]].value);
}

const OWL = "http://www.w3.org/2002/07/owl#";
const RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#";
const CLASSES = `SELECT DISTINCT ?x { ?x a <${OWL}Class> FILTER(isIRI(?x)) } ORDER BY ?x`;
const PROPERTIES = `SELECT DISTINCT ?x { VALUES ?kind { <${OWL}ObjectProperty> <${OWL}DatatypeProperty> <${OWL}AnnotationProperty> <${RDF}Property> } ?x a ?kind } ORDER BY ?x`;
const { Yasqe, Yasr } = Yasgui;

const kept = new Map();
const once = (key, make) => (kept.has(key) || kept.set(key, make()), kept.get(key));
const local = { bulk: true, persistenceId: null, autoShow: false };
Yasqe.forkAutocompleter("class", { name: "our-classes", ...local, get: () => once("classes", () => ask(CLASSES)) }, false);
Yasqe.forkAutocompleter("property", { name: "our-properties", ...local, get: () => once("properties", () => ask(PROPERTIES)) }, false);
Yasqe.forkAutocompleter("prefixes", {
  name: "our-prefixes",
  ...local,
  get: () => Object.entries(prefixes).map(([prefix, iri]) => `${prefix}: <${iri}>`),
}, false);
Yasqe.forkAutocompleter("class", {
  name: "our-things",
  bulk: false,
  persistenceId: null,
  autoShow: false,
  isValidCompletionPosition: (yasqe) => /^(id:|<)/.test(yasqe.getCompleteToken().string),
  get: async (_, token) => {
    const text = (token?.autocompletionString ?? "").replace(/^.*[/#:<]/, "").replace(/-/g, " ");
    if (text.length < 2) return [];
    const found = await fetch(`${root}/search?${new URLSearchParams({ q: text })}`, { headers: { Accept: "application/json" } });
    return (await found.json()).things.map((one) => one.iri);
  },
}, false);

registerPictures(Yasr);
Yasr.defaults.errorRenderers = [told];

const text = form.elements.query.value;
const place = document.createElement("div");
place.id = "yasgui";
form.hidden = true;
form.after(place);

function problemOf(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** What went wrong, for reading. */
async function told({ text }) {
  const problem = problemOf(text);
  if (!problem?.title) return undefined;
  const box = document.createElement("div");
  box.setAttribute("role", "alert");
  for (const [tag, words] of [["b", problem.title], ["p", problem.detail]]) {
    const element = document.createElement(tag);
    element.textContent = words;
    box.append(element);
  }
  return box;
}

const yasgui = new Yasgui(place, {
  persistenceId: null,
  autofocus: false,
  copyEndpointOnNewTab: true,
  requestConfig: { endpoint, method: "POST", headers: () => ({}) },
  endpointCatalogueOptions: { getData: () => [], renderItem: () => {} },
  yasqe: {
    value: text,
    persistenceId: null,
    consumeShareLink: null,
    autocompleters: ["our-prefixes", "our-properties", "our-classes", "our-things", "variables"],
    pluginButtons: undefined,
  },
  yasr: { prefixes: { ...prefixes, "": ontology }, persistenceId: null },
});

/** Marks the place of an error that the server names (RFC 9457 with line and column). */
function mark(yasqe, response) {
  yasqe.getAllMarks().filter((one) => one.className === "mistake").forEach((one) => one.clear());
  const problem = problemOf(response.message); // what YASQE throws has the whole answer as its message
  if (!problem?.line) return;
  const from = { line: problem.line - 1, ch: Math.max(0, (problem.column ?? 1) - 1) };
  const end = Math.max(from.ch + 1, yasqe.getTokenAt({ line: from.line, ch: from.ch + 1 }).end);
  yasqe.markText(from, { line: from.line, ch: end }, { className: "mistake", title: problem.detail });
  yasqe.scrollIntoView(from);
}

/** Names what YASGUI leaves without a name, for those who can not see it. */
function name(yasr) {
  yasr.rootEl.querySelector("select.tableSizer")?.setAttribute("aria-label", t("pageSize"));
  const number = yasr.rootEl.querySelector("thead th .dt-column-title");
  if (number && !number.textContent) number.textContent = "#";
}

function attend(tab) {
  const [yasqe, yasr] = [tab?.getYasqe(), tab?.getYasr()];
  if (!yasqe || yasqe.attended) return;
  yasqe.attended = true;
  yasqe.getInputField().setAttribute("aria-label", t("query"));
  yasqe.on("query", () => (yasr.offered = new Set()));
  yasqe.on("queryResponse", (_, response) => {
    mark(yasqe, response);
    if (!response.message) offer(yasr, yasqe.getValue());
  });
  yasr.on("drawn", () => name(yasr));
  yasr.updatePluginSelectors(["table", "response"]); // the others once there is an answer
}

attend(yasgui.getTab());
yasgui.on("tabSelect", () => setTimeout(() => attend(yasgui.getTab())));
yasgui.on("tabAdd", () => setTimeout(() => attend(yasgui.getTab())));

const button = document.createElement("button");
button.type = "button";
button.className = "quiet";
button.textContent = t("page");
button.addEventListener("click", () => {
  const query = yasgui.getTab().getYasqe().getValue();
  location.assign(`${root}/answer?${new URLSearchParams({ query })}`);
});
place.before(button);
