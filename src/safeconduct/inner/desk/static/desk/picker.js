// Finding a statement while typing, and walking the list with the arrows.
"use strict";

(() => {
  const list = () => document.getElementById("picker-list");
  const find = () => document.getElementById("picker-find");
  const options = () => [...list().querySelectorAll(".option:not([hidden]) > button")];
  const plain = (text) => text.toLocaleLowerCase().normalize("NFKD").replace(/[\u0301’'ʼ]/g, "");

  const filter = () => {
    const words = plain(find().value).split(/\s+/).filter(Boolean);
    let topic = null, shown = 0;
    for (const item of list().children) {
      if (item.matches(".topic")) {
        topic = item;
        topic.hidden = true;
        continue;
      }
      item.hidden = !words.every((word) => plain(item.textContent).includes(word));
      if (!item.hidden) {
        topic.hidden = false;
        shown += 1;
      }
    }
    const count = document.getElementById("picker-count");
    count.textContent = shown ? "" : count.dataset.none;
  };

  const go = (step) => {
    const all = options(), place = all.indexOf(document.activeElement) + step;
    if (place < 0) find().focus();
    else all[Math.min(place, all.length - 1)]?.focus();
  };

  document.addEventListener("input", (event) => { if (event.target === find()) filter(); });
  document.addEventListener("keydown", (event) => {
    if (!event.target.closest?.("#picker")) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      go(event.key === "ArrowDown" ? 1 : -1);
    } else if (event.key === "Enter" && event.target === find()) {
      event.preventDefault();
      options()[0]?.click();
    } else if (event.target !== find() && event.key.length === 1 && event.key !== " " && !event.ctrlKey && !event.metaKey) {
      // Typing goes on finding, wherever in the list one is.
      find().focus();
    }
  });
})();
