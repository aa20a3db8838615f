// A draft is kept in this window's memory alone: nothing typed is written to the disk of this machine.
"use strict";

(() => {
  const drafts = new Map();
  // In place of the form there may stand the words of one that could not be sent.
  const form = () => document.querySelector("form#write");
  const field = () => document.getElementById("answer");

  const read = () => ({
    text: (field() ?? form().elements.namedItem("text")).value,
    statement: [...form().querySelectorAll("input[name=statement]")].map((one) => one.value),
  });
  const isEmpty = (draft) => !draft.text.trim() && !draft.statement.length;

  const keep = () => {
    if (!form()) return;
    const draft = read();
    if (isEmpty(draft)) drafts.delete(form().dataset.case);
    else drafts.set(form().dataset.case, draft);
    const said = document.getElementById("draft");
    if (said) said.hidden = isEmpty(draft);
  };

  const count = () => {
    const limit = document.getElementById("answer-limit");
    if (!limit || !field()) return;
    const shown = (number) => String(number).replace(/\B(?=(\d{3})+$)/g, "\u202f");
    const used = [...field().value.trim()].length, most = Number(field().dataset.limit);
    limit.textContent = limit.dataset.of.replace("{used}", shown(used)).replace("{limit}", shown(most));
    limit.classList.toggle("over", used > most);
  };

  const bringBack = () => {
    if (!form()) return;
    const draft = drafts.get(form().dataset.case);
    if ("sent" in form().dataset) drafts.delete(form().dataset.case);
    else if (draft && isEmpty(read())) {
      htmx.ajax("POST", form().action, {
        source: form(), target: "#write", swap: "outerHTML", values: { ...draft, step: "write" },
      });
      return;
    }
    keep();
    count();
  };

  document.addEventListener("input", (event) => {
    if (event.target.id !== "answer") return;
    keep();
    count();
  });
  // One finger on R, and the answer of ten minutes would be gone.
  document.addEventListener("submit", (event) => {
    const { ask, case: number } = event.submitter?.dataset ?? {};
    if (!ask || !drafts.has(number)) return;
    if (confirm(ask)) drafts.delete(number);
    else {
      event.preventDefault();
      event.stopImmediatePropagation();
    }
  }, true);
  document.addEventListener("htmx:afterSettle", bringBack);
  window.deskDrafts = { forget: () => drafts.clear() };
  addEventListener("beforeunload", (event) => { if (drafts.size) event.preventDefault(); });
  bringBack();
})();
