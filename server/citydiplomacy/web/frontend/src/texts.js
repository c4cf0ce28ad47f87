// What the scripts say, in the page's language.
const TEXTS = {
  chart: ["Chart", "Diagramm"],
  choices: ["Choices", "Auswahl"],
  copied: ["Copied", "Kopiert"],
  copy: ["Copy", "Kopieren"],
  filter: ["Type to narrow", "Tippen zum Eingrenzen"],
  map: ["Map", "Karte"],
  network: ["Network", "Netz"],
  none: ["Nothing fits", "Nichts passt"],
  page: ["Show as a page", "Als Seite zeigen"],
  pageSize: ["Rows on a page", "Zeilen je Seite"],
  query: ["Query", "Abfrage"],
  timeline: ["Timeline", "Zeitleiste"],
};
const column = document.documentElement.lang === "de" ? 1 : 0;

export const t = (key) => TEXTS[key][column];
export const root = document.body.dataset.root ?? "";
