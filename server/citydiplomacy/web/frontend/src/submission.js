// The page that judges data: files dropped on it are judged, and a finding's place leads into the text.

/** Judges the files that are dropped on the form, instead of what was pasted before. */
export function droppable(form) {
  const over = (is) => form.classList.toggle("over", is);
  form.addEventListener("dragover", (event) => (event.preventDefault(), over(true)));
  form.addEventListener("dragleave", () => over(false));
  form.addEventListener("drop", (event) => {
    over(false);
    if (!event.dataTransfer.files.length) return; // text goes where it is dropped
    event.preventDefault();
    form.querySelectorAll("textarea").forEach((one) => (one.value = ""));
    form.elements.file.files = event.dataTransfer.files;
    form.requestSubmit(form.querySelector(".check"));
  });
}

/** Selects in the text what a finding means. */
export function placed(link) {
  const text = document.getElementById(link.hash.slice(1));
  const { line, column, length } = link.dataset;
  link.addEventListener("click", (event) => {
    event.preventDefault();
    const before = text.value.split("\n").slice(0, line - 1).join("\n");
    const start = before.length + (line > 1) + Number(column) - 1;
    text.focus();
    text.setSelectionRange(start, start + Math.max(1, length));
    text.scrollTop = (line - 4) * parseFloat(getComputedStyle(text).lineHeight);
  });
}
