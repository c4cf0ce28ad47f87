// A text field with a list of choices below it (https://www.w3.org/WAI/ARIA/apg/patterns/combobox/).
import { t } from "./texts.js";

let count = 0;

/** Folds accents and case, so that "Zurich" finds "Zürich". */
export const fold = (text) =>
  text.normalize("NFKD").replace(/\p{M}/gu, "").replace(/ß/g, "ss").toLowerCase();

/**
 * Makes `input` a combobox. `choices(text)` gives (a promise of) [{label, note, value}], `choose` is told which was taken;
 * with `strict` Enter takes the first choice, without it Enter sends the form.
 */
export function combobox(input, { choices, choose, strict }) {
  const list = document.createElement("ul");
  list.id = `choices-${(count += 1)}`;
  list.className = "choices";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", t("choices"));
  list.hidden = true;
  const box = document.createElement("span");
  box.className = "combobox";
  input.replaceWith(box);
  box.append(input, list);
  Object.entries({ role: "combobox", autocomplete: "off", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list.id })
    .forEach(([name, value]) => input.setAttribute(name, value));

  let shown = [];
  let active = -1;
  let asked = 0;

  const close = () => {
    list.hidden = true;
    active = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };
  const activate = (number) => {
    list.children[active]?.setAttribute("aria-selected", "false");
    active = number;
    const item = list.children[active];
    item?.setAttribute("aria-selected", "true");
    item?.scrollIntoView({ block: "nearest" });
    item ? input.setAttribute("aria-activedescendant", item.id) : input.removeAttribute("aria-activedescendant");
  };
  const take = (number) => {
    const choice = shown[number];
    close();
    if (choice) choose(choice);
  };
  const item = (choice, number) => {
    const element = document.createElement("li");
    element.id = `${list.id}-${number}`;
    element.setAttribute("role", "option");
    element.setAttribute("aria-selected", "false");
    element.textContent = choice.label;
    if (choice.note) {
      const note = document.createElement("small");
      note.textContent = ` ${choice.note}`;
      element.append(note);
    }
    element.addEventListener("mousedown", (event) => {
      event.preventDefault();
      take(number);
    });
    return element;
  };
  const show = async () => {
    const mine = (asked += 1);
    const found = await choices(input.value.trim());
    if (mine !== asked || document.activeElement !== input) return;
    shown = found;
    list.replaceChildren(...shown.map(item));
    active = -1;
    list.hidden = !shown.length;
    input.setAttribute("aria-expanded", String(!list.hidden));
    if (strict && shown.length && input.value.trim()) activate(0);
  };

  input.addEventListener("input", show);
  input.addEventListener("focus", () => strict && (input.select(), show()));
  input.addEventListener("blur", close);
  input.addEventListener("keydown", (event) => {
    if (event.key === "Escape") close();
    else if (event.key === "Enter" && !list.hidden && active >= 0) {
      event.preventDefault();
      take(active);
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (list.hidden) return void show();
      const step = event.key === "ArrowDown" ? 1 : -1;
      activate((active + step + shown.length) % shown.length);
    }
  });
}
