// The graph view: what one thing is related to, expanded step by step.
import cytoscape from "cytoscape";
import { root } from "./texts.js";

const place = document.getElementById("graph");
const facts = document.getElementById("facts");
const filter = document.getElementById("relations");
const style = getComputedStyle(document.documentElement);
const colour = (name) => style.getPropertyValue(name).trim();
const MOST = 600; // things on the picture at most: beyond that it would not stay quick
const FIRST = 30; // relations that opening a thing shows; choosing a relation shows the rest of it
const waiting = [];

const cy = cytoscape({
  container: place,
  hideEdgesOnViewport: false,
  textureOnViewport: true,
  style: [
    { selector: "node", style: { "background-color": colour("--link"), label: "data(short)", color: colour("--ink"), "font-size": 11, "text-wrap": "wrap", "text-max-width": 110, "text-valign": "bottom", "text-margin-y": 4, width: 16, height: 16, "min-zoomed-font-size": 7, "text-background-color": colour("--paper"), "text-background-opacity": 0.75 } },
    { selector: "node.open", style: { "background-color": colour("--accent"), width: 22, height: 22 } },
    { selector: "edge", style: { "line-color": colour("--soft"), "target-arrow-color": colour("--soft"), "target-arrow-shape": "triangle", "arrow-scale": 0.8, width: 1.4, "curve-style": "bezier", opacity: 0.7 } },
    { selector: "edge:selected, edge.near", style: { label: "data(label)", "font-size": 10, color: colour("--soft"), "text-rotation": "autorotate", "text-background-color": colour("--paper"), "text-background-opacity": 0.9, width: 2.4, opacity: 1 } },
    { selector: ".away", style: { display: "none" } },
  ],
});

const link = (path, text) => {
  const element = document.createElement("a");
  element.href = root + path;
  element.textContent = text;
  return element;
};

/** Adds what a thing is related to; places new things around it. */
async function expand(iri) {
  const url = `${root}/explore?${new URLSearchParams({ thing: iri, lang: document.documentElement.lang })}`;
  const { thing, relations } = await fetch(url, { headers: { Accept: "application/json" } }).then((one) => one.json());
  const before = cy.nodes().length;
  cy.batch(() => {
    add(thing);
    relations.forEach((one, number) => (number < FIRST ? relate(thing, one) : waiting.push([thing, one])));
  });
  cy.getElementById(thing.iri).addClass("open");
  options();
  arrange(before);
  describe(cy.getElementById(thing.iri));
}

function relate(thing, one) {
  if (cy.nodes().length >= MOST && cy.getElementById(one.other.iri).empty()) return;
  add(one.other, cy.getElementById(thing.iri).position());
  const [source, target] = one.outgoing ? [thing.iri, one.other.iri] : [one.other.iri, thing.iri];
  const id = `${source} ${one.relation} ${target}`;
  if (cy.getElementById(id).empty()) cy.add({ data: { id, source, target, label: one.relation, places: one.places } });
}

/** Places everything anew where something has been added. */
function arrange(before) {
  narrow();
  if (cy.nodes().length === before) return;
  const numIter = cy.nodes().length > 150 ? 100 : 350;
  cy.layout({ name: "cose", animate: false, randomize: before === 0, nodeRepulsion: 60000, idealEdgeLength: 110, nodeOverlap: 30, gravity: 0.4, numIter, fit: true, padding: 30 }).run();
}

function add(one, near) {
  if (cy.getElementById(one.iri).nonempty()) return;
  cy.add({ data: { id: one.iri, label: one.label, short: one.label.length > 36 ? `${one.label.slice(0, 34)}…` : one.label, path: one.path, kind: one.kind }, position: near && { x: near.x + Math.random() * 60 - 30, y: near.y + Math.random() * 60 - 30 } });
}

/** Says beside the picture what is selected: a thing, or a relation with the passages that say it. */
function describe(element) {
  facts.replaceChildren();
  const title = document.createElement("h2");
  if (element.isNode()) {
    title.append(link(element.data("path"), element.data("label")));
    const kind = document.createElement("p");
    kind.textContent = element.data("kind") ?? "";
    facts.append(title, kind);
    return;
  }
  title.textContent = element.data("label");
  const ends = document.createElement("p");
  ends.append(link(element.source().data("path"), element.source().data("label")), " → ", link(element.target().data("path"), element.target().data("label")));
  const list = document.createElement("ul");
  for (const { path, label } of element.data("places")) {
    const item = document.createElement("li");
    item.append(link(path, label));
    list.append(item);
  }
  facts.append(title, ends, list);
}

function options() {
  const chosen = filter.value;
  const names = [...new Set([...cy.edges().map((one) => one.data("label")), ...waiting.map(([, one]) => one.relation)])].sort((one, other) => one.localeCompare(other));
  filter.replaceChildren(filter.options[0], ...names.map((name) => new Option(name, name)));
  filter.value = names.includes(chosen) ? chosen : "";
}

function narrow() {
  const chosen = filter.value;
  cy.batch(() => {
    cy.elements().removeClass("away");
    if (!chosen) return;
    cy.edges().filter((one) => one.data("label") !== chosen).addClass("away");
    cy.nodes().filter((one) => one.connectedEdges().not(".away").empty()).addClass("away");
  });
}

cy.on("tap", "node", ({ target }) => (describe(target), target.hasClass("open") || expand(target.id())));
cy.on("tap", "edge", ({ target }) => describe(target));
cy.on("mouseover", "node", ({ target }) => target.connectedEdges().addClass("near"));
cy.on("mouseout", "node", ({ target }) => target.connectedEdges().removeClass("near"));
filter.addEventListener("change", () => {
  const before = cy.nodes().length;
  for (let place = waiting.length - 1; place >= 0; place -= 1) {
    if (waiting[place][1].relation === filter.value) relate(...waiting.splice(place, 1)[0]);
  }
  arrange(before);
});
document.getElementById("fit").addEventListener("click", () => cy.fit(undefined, 30));
document.querySelectorAll("a[data-expand]").forEach((one) => {
  one.addEventListener("click", (event) => {
    event.preventDefault();
    expand(one.dataset.expand);
  });
});
place.hidden = false;
document.getElementById("explorer").hidden = false;
await expand(place.dataset.thing);
cy.resize();
cy.fit(undefined, 30);
window.explorer = cy;
