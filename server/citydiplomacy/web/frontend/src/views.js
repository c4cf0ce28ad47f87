// Map, network, timeline and chart of an answer in YASR, drawn by the server as it draws them for /answer.
import { root, t } from "./texts.js";

const ICONS = {
  map: "M8 1a5 5 0 0 0-5 5c0 4 5 9 5 9s5-5 5-9a5 5 0 0 0-5-5Zm0 7a2 2 0 1 1 0-4 2 2 0 0 1 0 4Z",
  network: "M3 1a2 2 0 1 1 0 4 2 2 0 0 1 0-4Zm10 4a2 2 0 1 1 0 4 2 2 0 0 1 0-4ZM5 11a2 2 0 1 1 0 4 2 2 0 0 1 0-4ZM4 4l8 3-.4 1-8-3Zm7 4-5 5-.7-.7 5-5Z",
  timeline: "M1 12h14v1.5H1ZM3 8h2v3H3Zm4-4h2v7H7Zm4-2h2v9h-2Z",
  chart: "M1 2h9v3H1Zm0 4.5h14v3H1ZM1 11h5v3H1Z",
};

/** The page of a query's answer in one of its views. */
async function answer(query, view) {
  const asked = new URLSearchParams({ query, view, lang: document.documentElement.lang });
  const response = await fetch(`${root}/answer?${asked}`, { headers: { Accept: "text/html" } });
  return response.ok ? new DOMParser().parseFromString(await response.text(), "text/html") : null;
}

/** Tells `yasr` which pictures the answer to `query` can be shown as; an answer that is a picture already is drawn anew. */
export async function offer(yasr, query) {
  yasr.pictured = query;
  yasr.offered = new Set();
  const page = await answer(query, "table");
  if (yasr.pictured !== query || !page) return;
  const links = [...page.querySelectorAll("nav.views a")].map((one) => new URL(one.href).searchParams.get("view"));
  yasr.offered = new Set(links);
  yasr.updatePluginSelectors(yasr.getCompatiblePlugins());
  if (yasr.getSelectedPluginName() in ICONS) yasr.draw();
}

/** Makes the pictures known to `Yasr`, between its table and its other views. */
export function registerPictures(Yasr) {
  for (const name of Object.keys(ICONS)) Yasr.registerPlugin(name, picture(name));
  Yasr.defaults.pluginOrder = ["table", ...Object.keys(ICONS), "response"];
}

function picture(name) {
  return class {
    priority = 1;
    label = t(name);

    constructor(yasr) {
      this.yasr = yasr;
    }

    canHandleResults() {
      return Boolean(this.yasr.offered?.has(name));
    }

    async draw() {
      const page = await answer(this.yasr.pictured, name);
      const drawn = page?.querySelector(".view");
      if (drawn) this.yasr.resultsEl.replaceChildren(document.adoptNode(drawn));
    }

    getIcon() {
      const icon = document.createElementNS("http://www.w3.org/2000/svg", "svg");
      const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
      icon.setAttribute("viewBox", "0 0 16 16");
      icon.setAttribute("aria-hidden", "true");
      path.setAttribute("d", ICONS[name]);
      path.setAttribute("fill", "currentColor");
      icon.append(path);
      return icon;
    }
  };
}
