// What pages can do beyond reading: fields that complete, buttons that copy. Without this everything still works.
import { combobox, fold } from "./combobox.js";
import { droppable, placed } from "./submission.js";
import { root, t } from "./texts.js";

const SHOWN = 60;

/** A long <select> becomes a field to type into; the select stays, hidden, and is what the form sends. */
function picker(select) {
  const options = [...select.options].map(({ label, value }) => ({ label, value, folded: fold(label) }));
  const input = document.createElement("input");
  input.value = select.selectedOptions[0]?.label ?? "";
  input.placeholder = t("filter");
  select.hidden = true;
  select.before(input);
  const reset = () => (input.value = select.selectedOptions[0]?.label ?? "");
  combobox(input, {
    strict: true,
    choices: (text) => {
      const words = text === (select.selectedOptions[0]?.label ?? "") ? [] : fold(text).split(/\s+/).filter(Boolean);
      return options.filter(({ folded }) => words.every((word) => folded.includes(word))).slice(0, SHOWN);
    },
    choose: ({ value, label }) => {
      select.value = value;
      input.value = label;
    },
  });
  input.addEventListener("blur", reset);
}

/** The search field shows questions and things while one types; choosing one goes there. */
function search(input) {
  const note = ({ kind, also }) => [kind, also].filter(Boolean).join(" · ");
  combobox(input, {
    strict: false,
    choices: async (text) => {
      if (text.length < 2) return [];
      const url = `${root}/search?${new URLSearchParams({ q: text, limit: 6, lang: document.documentElement.lang })}`;
      const found = await fetch(url, { headers: { Accept: "application/json" } }).then((one) => one.json(), () => null);
      if (!found) return [];
      const questions = found.questions.slice(0, 3).map((one) => ({ label: one.title, note: one.filled, value: one.path }));
      return [...questions, ...found.things.map((one) => ({ label: one.label, note: note(one), value: one.path }))];
    },
    choose: ({ value }) => location.assign(root + value),
  });
}

/** A button that copies what stands beside it. */
function copyable(element) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "quiet copy";
  button.textContent = t("copy");
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(element.value ?? element.textContent);
    button.textContent = t("copied");
    setTimeout(() => (button.textContent = t("copy")), 1500);
  });
  element.after(button);
}

document.querySelectorAll("select.picker").forEach(picker);
document.querySelectorAll("form.search input[name=q]").forEach(search);
document.querySelectorAll("form.submission").forEach(droppable);
document.querySelectorAll("a[data-line]").forEach(placed);
if (navigator.clipboard) document.querySelectorAll(".copyable").forEach(copyable);
