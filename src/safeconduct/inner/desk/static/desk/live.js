// The page re-fetches what changed. What is typed, focused, scrolled or under the pointer stays where it is.
"use strict";

(() => {
  const STALE_AFTER = 15_000;
  const byId = (id) => document.getElementById(id);
  const isLive = (event) => event.detail.requestConfig?.elt?.id === "live" || event.detail.elt?.id === "live";

  // --- is somebody here? A page that re-fetches itself keeps no session awake; somebody who types or points does.
  let wasTouched = false, touchedAt = Date.now();
  for (const name of ["keydown", "input", "pointerdown", "pointermove", "wheel"]) {
    addEventListener(name, () => { wasTouched = true; touchedAt = Date.now(); }, { passive: true });
  }
  window.deskIdle = () => Date.now() - touchedAt;

  // --- nobody is here: a minute before the session ends the page says so, and at its end it covers what it shows.
  // The server says when, since a deed in another window counts as well; the page does not wait for it to be reached.
  const MINUTE = 60_000, AWAY_AFTER = 0.8 * Math.min(MINUTE, Number(document.body.dataset.idle) * 1000);
  let endsAt = Number(document.body.dataset.ends) * 1000;
  // Who types all the while without a connection is here: words that cannot be kept stay before him.
  const isDeserted = () => deskIdle() > AWAY_AFTER;
  const isLocked = () => !byId("locked").hidden;

  const lock = () => {
    leaveAlone();
    byId("draft-kept").hidden = deskDrafts.isAnyUnkept();
    byId("draft-lost").hidden = !byId("draft-kept").hidden;
    byId("desk").replaceChildren();
    deskDrafts.forget();
    if (byId("keys").open) byId("keys").close();
    document.body.classList.add("locked");
    document.title = byId("locked").dataset.title;
    byId("log-in-again").search = new URLSearchParams({ next: location.pathname });
    byId("locked").hidden = false;
    byId("log-in-again").focus();
  };
  const watch = () => {
    const left = endsAt - deskClocks.now(), isLeaving = left < MINUTE && isDeserted();
    if (isLocked()) return;
    if (isLeaving && left <= 0) lock();
    else if (byId("leaving").hidden === isLeaving) {
      byId("leaving").hidden = !isLeaving;
      if (isLeaving) deskDrafts.saveAll();
    }
  };
  setInterval(watch, 1000);
  // A machine that slept, and a page that comes back out of the browser's memory.
  for (const name of ["visibilitychange", "pageshow", "focus"]) addEventListener(name, watch);
  document.addEventListener("htmx:configRequest", (event) => {
    if (event.detail.elt.id !== "live") return;
    if (!wasTouched) event.detail.headers.Live = "1";
    wasTouched = false;
  });

  // Logged out: words leave the screen at once, and no question about a draft may keep them there.
  document.addEventListener("htmx:beforeOnLoad", (event) => {
    if (!event.detail.xhr.getResponseHeader("HX-Redirect")) return;
    if (isDeserted()) {
      event.preventDefault();
      lock();
    } else byId("desk").replaceChildren();
  });

  // --- true, or said to be old
  let trueAt = Date.now();
  const isStale = () => Date.now() - trueAt > STALE_AFTER;

  const showTruth = () => {
    trueAt = Date.now();
    byId("true-at").textContent = deskClocks.atSite(deskClocks.now());
    byId("true-at").dateTime = new Date(deskClocks.now()).toISOString();
    byId("true-at-utc").textContent = deskClocks.inUtc(deskClocks.now());
    byId("stale").hidden = true;
  };
  const look = () => htmx.trigger("#live", "look");
  // What it was looking for is about to be a part of a page that is gone. To abort it would redden the console.
  const leaveAlone = () => byId("live")?.addEventListener("htmx:beforeOnLoad", (answer) => answer.preventDefault());

  document.addEventListener("htmx:afterRequest", (event) => {
    if (!event.detail.successful) return;
    const serverSeconds = event.detail.xhr.getResponseHeader("Desk-Now");
    if (serverSeconds) deskClocks.isNow(Number(serverSeconds));
    const ends = event.detail.xhr.getResponseHeader("Desk-Ends");
    if (ends) endsAt = Number(ends) * 1000;
    if (isLive(event)) showTruth();
    byId("fault").hidden = true;
    deskClocks.count();
  });
  setInterval(() => {
    if (!isStale() || !byId("stale").hidden) return;
    byId("stale-since").textContent = byId("true-at").textContent;
    byId("stale").hidden = false;
  }, 1000);
  byId("try-now").addEventListener("click", look);

  // Acts wait while the screen is old: what they would act on may no longer be so.
  document.addEventListener("submit", (event) => {
    // Without htmx nothing here renews itself, and every act is a plain post that shows a fresh page.
    if (!isStale() || !window.htmx || event.target.method === "dialog") return;
    event.preventDefault();
    event.stopImmediatePropagation();
    byId("stale").hidden = false;
    byId("try-now").focus();
  }, true);

  const showFault = (event) => { if (!isLive(event)) byId("fault").hidden = false; };
  for (const name of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) document.addEventListener(name, showFault);

  // --- rows do not move from under the pointer: the change waits and says so
  let held = null;
  const rowsIn = (root) => [...root.querySelectorAll(".row")];
  const underPointer = () => document.querySelector("#rows .row:hover");

  const wouldMove = (fragment) => {
    const row = underPointer();
    if (!row) return false;
    const place = (rows) => rows.findIndex((one) => one.id === row.id);
    return place(rowsIn(fragment)) !== place(rowsIn(byId("rows")));
  };
  const sayHeld = (fragment) => {
    const known = new Map(rowsIn(byId("rows")).map((row) => [row.id, row.textContent]));
    const fresh = rowsIn(fragment).filter((row) => known.get(row.id) !== row.textContent);
    byId("held").querySelector("span").textContent = byId("held").dataset.new.replace("{n}", fresh.length);
    byId("held").toggleAttribute("data-danger", fresh.some((row) => row.matches(".danger") && !known.has(row.id)));
    byId("held").hidden = false;
  };
  const letGo = () => {
    if (!held) return;
    byId("rows").innerHTML = held;
    held = null;
    byId("held").hidden = true;
    htmx.process(byId("rows"));
    deskClocks.count();
  };
  document.addEventListener("click", (event) => { if (event.target.closest("#held")) letGo(); });
  document.addEventListener("pointerout", (event) => {
    if (event.target.closest("#queue .wrap") && !event.relatedTarget?.closest?.("#queue .wrap")) letGo();
  });

  // --- the conversation stays where it is read; at its end it goes along
  const atEnd = () => {
    const scroll = byId("talk-scroll");
    return !scroll || scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < 40;
  };
  const toEnd = () => {
    const scroll = byId("talk-scroll");
    if (scroll) scroll.scrollTop = scroll.scrollHeight;
  };
  const start = () => document.querySelector("#talk [data-start]") ?? byId("talk");
  // Where reading goes on: at the end, or at the beginning of the first letter without an answer, if it is further up.
  const toStart = () => {
    toEnd();
    const scroll = byId("talk-scroll");
    if (scroll?.contains(start())) scroll.scrollTop = Math.min(scroll.scrollTop, start().offsetTop - 16);
  };
  let wasAtEnd = true, hasSent = false;
  let unfolded = [];

  document.addEventListener("htmx:oobBeforeSwap", (event) => {
    const { target, fragment } = event.detail;
    if (target.id === "messages") {
      wasAtEnd = atEnd() || hasSent;
      hasSent = false;
    }
    if (target.id !== "rows") return;
    unfolded = [...target.querySelectorAll("details[open]")].map((one) => one.id);
    if (wouldMove(fragment)) {
      held = fragment.innerHTML;
      sayHeld(fragment);
      event.detail.shouldSwap = false;
    } else {
      held = null;
      byId("held").hidden = true;
    }
  });
  document.addEventListener("htmx:oobAfterSwap", (event) => {
    if (event.detail.target.id === "messages") {
      if (wasAtEnd) toEnd();
      else byId("below").hidden = false;
    }
    if (event.detail.target.id === "rows") for (const id of unfolded) byId(id)?.setAttribute("open", "");
  });
  document.addEventListener("click", (event) => { if (event.target.closest("#below")) toEnd(); });
  document.addEventListener("scroll", () => { if (byId("below") && atEnd()) byId("below").hidden = true; }, true);

  // --- from one case to the next without losing the place in the queue
  let queueTop = 0;
  const isWhole = (event) => event.detail.target?.id === "desk";
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (!isWhole(event)) return;
    // A page that is no desk (log-in, an error) cannot stand inside this one.
    if (!event.detail.serverResponse.includes('id="desk"')) {
      event.detail.shouldSwap = false;
      location.assign(event.detail.xhr.responseURL || location.href);
      return;
    }
    leaveAlone();
    queueTop = byId("queue-scroll").scrollTop;
    unfolded = [...document.querySelectorAll("#rows details[open]")].map((one) => one.id);
    held = null;
  });
  document.addEventListener("htmx:afterSettle", (event) => {
    // The button that was pressed is gone; the words that it opened take its place.
    if (event.detail.target?.id === "words") byId("words").focus();
    if (byId("write")?.hasAttribute("data-sent") && event.detail.target?.id === "write") hasSent = true;
    if (event.detail.target?.id !== "desk" && event.detail.elt?.id !== "desk") return;
    for (const id of unfolded) byId(id)?.setAttribute("open", "");
    byId("queue-scroll").scrollTop = queueTop;
    toStart();
    showPart(byId("desk").dataset.part);
    for (const field of document.querySelectorAll("#me input[name=next]")) field.value = location.pathname;
    // The case is what was asked for: Enter then means take or answer, never *next* once more.
    start().focus({ preventScroll: true });
  });

  // --- parts of a narrow screen
  const showPart = (part) => {
    byId("desk").dataset.part = part;
    for (const tab of document.querySelectorAll(".tabs a")) {
      if (tab.dataset.part === part) tab.setAttribute("aria-current", "true");
      else tab.removeAttribute("aria-current");
    }
  };
  window.deskParts = { show: showPart };
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-part]");
    if (link) {
      event.preventDefault();
      event.stopPropagation();
      const wasThere = byId("desk").dataset.part === link.dataset.part;
      showPart(wasThere && link.matches(".tocard") ? "talk" : link.dataset.part);
    }
    const menu = byId("me");
    if (menu.open && !menu.contains(event.target)) menu.open = false;
  }, true);

  showPart(location.hash === "#card" ? "card" : byId("desk").dataset.part);
  toStart();
  deskClocks.count();
})();
