// What is typed is kept by the server, sealed, a moment after the last key; nothing of it is written to this machine.
"use strict";

const deskDrafts = (() => {
  const AFTER = 1500, AGAIN = 5000, IS_DEED = 5000;
  // The fields that are kept, and the forms in which they stand.
  const FORMS = { answer: "form#write", note: "form#noteform" };
  const KINDS = Object.keys(FORMS);
  const form = (kind) => document.querySelector(FORMS[kind]);
  const field = () => document.getElementById("answer");

  const read = (kind) => {
    const own = form(kind);
    if (!own) return null;
    const text = own.elements.namedItem(kind === "note" ? "note" : "text").value;
    return JSON.stringify([text, ...[...own.querySelectorAll("input[name=statement]")].map((one) => one.value)]);
  };
  const isEmpty = (written) => !written || JSON.parse(written).every((part) => !part.trim());

  // What the server has, as far as this page knows.
  const kept = {}, timers = {};
  let saving = Promise.resolve(), underWay = 0;
  const know = (kinds) => { for (const kind of kinds) { clearTimeout(timers[kind]); kept[kind] = read(kind); } };
  const isUnkept = (kind) => form(kind) !== null && read(kind) !== kept[kind];
  const isAnyUnkept = () => KINDS.some(isUnkept);

  const say = (isKept) => {
    const said = document.getElementById("draft");
    if (!said) return;
    const words = isKept ? said.dataset.kept : said.dataset.not;
    if (said.textContent !== words) said.textContent = words;
    said.classList.toggle("over", !isKept);
    said.hidden = isKept && isEmpty(read("answer"));
  };

  const post = async (kind, isLast) => {
    clearTimeout(timers[kind]);
    if (!isUnkept(kind)) return;
    const own = form(kind), written = read(kind), [text, ...statements] = JSON.parse(written), body = new FormData();
    body.set("kind", kind);
    body.set("text", text);
    for (const one of statements) body.append("statement", one);
    for (const name of ["once", "csrfmiddlewaretoken"]) body.set(name, own.elements.namedItem(name)?.value ?? "");
    // Typing is a deed. That an older draft is tried once more is none, and keeps no session awake.
    const headers = deskIdle() > IS_DEED ? { Live: "1" } : {};
    let status = 0;
    try {
      ({ status } = await fetch(own.dataset.draft, { method: "POST", body, headers, redirect: "manual", keepalive: isLast }));
    } catch { /* no connection, which the page says by itself */ }
    if (status === 204) kept[kind] = written;
    else if (status === 0 || status >= 500) later(kind, AGAIN);
    if (kind === "answer") say(status === 204);
  };
  // One after the other, so that an older draft never comes after a newer one.
  const save = (kind, isLast = false) => {
    underWay += 1;
    saving = saving.then(() => post(kind, isLast)).finally(() => { underWay -= 1; });
    return saving;
  };
  const later = (kind, milliseconds) => {
    clearTimeout(timers[kind]);
    timers[kind] = setTimeout(() => save(kind), milliseconds);
  };
  const saveAll = (isLast) => Promise.all(KINDS.filter(isUnkept).map((kind) => save(kind, isLast)));

  const kindOf = (element) => KINDS.find((kind) => form(kind)?.contains(element));

  const count = () => {
    const limit = document.getElementById("answer-limit");
    if (!limit || !field()) return;
    const shown = (number) => String(number).replace(/\B(?=(\d{3})+$)/g, "\u202f");
    const used = [...field().value.trim()].length, most = Number(field().dataset.limit);
    limit.textContent = limit.dataset.of.replace("{used}", shown(used)).replace("{limit}", shown(most));
    limit.classList.toggle("over", used > most);
  };

  document.addEventListener("input", (event) => {
    const kind = kindOf(event.target);
    if (!kind) return;
    later(kind, AFTER);
    count();
  });
  // The buttons of its own form keep it by themselves.
  document.addEventListener("focusout", (event) => {
    const kind = kindOf(event.target);
    if (kind && !form(kind).contains(event.relatedTarget)) save(kind);
  });
  document.addEventListener("visibilitychange", () => { if (document.hidden) saveAll(true); });
  addEventListener("pagehide", () => { saveAll(true); });
  addEventListener("beforeunload", (event) => { if (isAnyUnkept()) event.preventDefault(); });

  // Whatever leads away waits until what was typed is kept: else the next page would show an older draft, or none.
  document.addEventListener("htmx:confirm", (event) => {
    const { elt, issueRequest } = event.detail, own = kindOf(elt);
    if (elt.id === "live") return;
    if (own) clearTimeout(timers[own]);
    const others = KINDS.filter((kind) => kind !== own && isUnkept(kind));
    if (!others.length && !underWay) return;
    event.preventDefault();
    for (const kind of others) save(kind);
    saving.then(() => issueRequest(true));
  });
  document.addEventListener("submit", (event) => {
    const { target, submitter } = event;
    if (submitter?.dataset.ask && !confirm(submitter.dataset.ask)) {
      event.preventDefault();
      event.stopImmediatePropagation();
    } else if (!target.closest("[hx-boost]") && target.method !== "dialog" && isAnyUnkept()) {
      event.preventDefault();
      saveAll().then(() => { know(KINDS); target.requestSubmit(submitter); });
    }
  }, true);

  document.addEventListener("htmx:afterSettle", (event) => {
    // What has just come from the server, the server has.
    const id = event.detail.target?.id;
    if (id === "desk" || event.detail.elt?.id === "desk") know(KINDS);
    else if (id === "write") know(["answer"]);
    else if (id === "noteform") know(["note"]);
    count();
  });
  know(KINDS);
  count();
  return { saveAll, isAnyUnkept, forget: () => know(KINDS) };
})();
