// The whole work by keyboard. Letters go by the place of the key, so any layout will do; they act outside fields only.
"use strict";

(() => {
  const byId = (id) => document.getElementById(id);
  const isField = (element) => element?.matches?.("input:not([type=radio]):not([type=checkbox]), textarea, select");
  const press = (id) => {
    const button = byId(id);
    if (!button || button.disabled || button.getAttribute("aria-disabled") === "true") return;
    button.click();
  };
  const goTo = (part, id) => {
    const element = byId(id);
    if (!element) return;
    deskParts.show(part);
    element.focus();
  };

  const walk = (step) => {
    const rows = [...document.querySelectorAll("#rows .row")].filter((row) => row.checkVisibility());
    const from = rows.indexOf(document.activeElement);
    const current = from >= 0 ? from : rows.findIndex((row) => row.hasAttribute("aria-current"));
    const row = rows[Math.min(Math.max(current + step, 0), rows.length - 1)];
    if (!row) return;
    deskParts.show("queue");
    row.focus();
    row.scrollIntoView({ block: "nearest" });
  };

  const takeOrAnswer = () => {
    if (byId("answer")) goTo("talk", "answer");
    else press("take-this");
  };

  const nextPart = (step) => {
    const parts = [
      ["queue", "queue-scroll"], ["talk", "talk-scroll"], ["talk", "answer"], ["card", "card-scroll"], ["card", "note"],
    ].filter(([, id]) => byId(id));
    const holds = ([, id]) => byId(id).contains(document.activeElement);
    const from = parts.findIndex(holds);
    const [part, id] = parts[(from + step + parts.length) % parts.length];
    goTo(part, id);
  };

  const back = (event) => {
    const at = document.activeElement;
    if (byId("me").open) byId("me").open = false;
    else if (byId("back-to-text")) press("back-to-text");
    else if (byId("picker-close")) press("picker-close");
    else if ((isField(at) && !at.closest(".again")) || at.closest("#card")) goTo(byId("talk-scroll") ? "talk" : "queue", byId("talk-scroll") ? "talk-scroll" : "queue-scroll");
    else if (byId("back-to-case")) press("back-to-case");
    else {
      deskParts.show("queue");
      (document.querySelector("#rows [aria-current]") ?? byId("queue-scroll")).focus();
    }
    event.preventDefault();
  };

  const LETTERS = {
    KeyN: () => press("take-next"),
    KeyJ: () => walk(1),
    KeyK: () => walk(-1),
    KeyW: () => goTo("card", byId("said") ? "said" : "words"),
    KeyI: () => goTo("card", "note"),
    KeyR: () => press("release-this"),
    KeyC: () => press("close-this"),
    KeyE: () => document.querySelector("#danger button[aria-pressed=true]")?.focus(),
    Slash: () => press("pick"),
  };

  // With Shift: not to be hit by chance.
  const WITH_SHIFT = { KeyP: () => press("print-this") };

  document.addEventListener("keydown", (event) => {
    if (event.isComposing || byId("keys").open || !byId("locked").hidden) return;
    const inField = isField(event.target), plain = !event.ctrlKey && !event.altKey && !event.metaKey;

    if (event.key === "F6") {
      event.preventDefault();
      nextPart(event.shiftKey ? -1 : 1);
    } else if (event.key === "Escape") back(event);
    else if (event.ctrlKey && event.code === "KeyK") {
      event.preventDefault();
      byId("find").focus();
    } else if ((event.ctrlKey || event.metaKey) && event.key === "Enter") {
      // Held down it would preview and send at once: a key that repeats does neither.
      if (!event.repeat && event.target.id !== "note") press(byId("send") ? "send" : "preview");
      event.preventDefault();
    } else if (event.target.id === "answer" && event.key === "/" && /(^|\n)$/.test(event.target.value.slice(0, event.target.selectionStart))) {
      event.preventDefault();
      press("pick");
    } else if (!inField && plain && !document.body.classList.contains("keys-off")) {
      if (event.code === "Slash" && event.shiftKey) showKeys(event);
      else if (event.key === "Enter" && !event.target.closest("a, button, summary")) {
        takeOrAnswer();
        event.preventDefault();
      } else if (LETTERS[event.code] && !event.shiftKey && (!event.repeat || /^Key[JK]$/.test(event.code))) {
        event.preventDefault();
        LETTERS[event.code]();
      } else if (WITH_SHIFT[event.code] && event.shiftKey && !event.repeat) {
        event.preventDefault();
        WITH_SHIFT[event.code]();
      }
    }
  });

  const showKeys = (event) => {
    event.preventDefault();
    byId("me").open = false;
    byId("keys").showModal();
  };
  byId("show-keys").addEventListener("click", showKeys);
})();
