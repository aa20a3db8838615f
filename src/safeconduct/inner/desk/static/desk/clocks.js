// Clocks count on in the page, from moments that the server gave and in its words; clocks.py says the same.
"use strict";
document.documentElement.classList.add("js");

const deskClocks = (() => {
  const MINUTE = 60_000, HOUR = 60 * MINUTE, DAY = 24 * HOUR;
  const { dataset } = document.body;
  const zone = { timeZone: dataset.zone };
  // en-GB says "23 November", as the server does.
  const language = document.documentElement.lang === "en" ? "en-GB" : document.documentElement.lang;
  const time = new Intl.DateTimeFormat("en-GB", { ...zone, hour: "2-digit", minute: "2-digit" });
  const seconds = new Intl.DateTimeFormat("en-GB", { ...zone, hour: "2-digit", minute: "2-digit", second: "2-digit" });
  const utc = new Intl.DateTimeFormat("en-GB", { timeZone: "UTC", hour: "2-digit", minute: "2-digit" });
  const date = new Intl.DateTimeFormat(language, { ...zone, day: "numeric", month: "long" });

  // The browser's clock may be wrong; the server's is what everybody at the desk goes by.
  let ahead = dataset.now * 1000 - Date.now();
  const now = () => Date.now() + ahead;

  const say = (phrase, values) => phrase.replace(/%\((\w+)\)s/g, (_, name) => values[name]);

  const moment = (at, now) =>
    date.format(at) === date.format(now) || (at > now && at - now < DAY)
      ? time.format(at)
      : `${date.format(at)}, ${time.format(at)}`;

  const length = (gone) => {
    const minutes = Math.floor(gone / MINUTE), hours = Math.floor(gone / HOUR), days = Math.floor(gone / DAY);
    if (gone < HOUR) return say(dataset.minutes, { minutes });
    if (gone < 10 * HOUR && minutes % 60) return say(dataset.hours_minutes, { hours, minutes: minutes % 60 });
    if (gone < DAY) return say(dataset.hours, { hours });
    return say(dataset.days, { days });
  };

  const left = (due, now) => {
    if (now >= due) return `+${length(now - due)}`;
    if (due - now < HOUR) return say(dataset.left, { minutes: Math.ceil((due - now) / MINUTE) });
    return say(dataset.by, { moment: moment(due, now) });
  };

  const count = () => {
    for (const element of document.querySelectorAll("[data-counts]")) {
      const at = Date.parse(element.dateTime);
      const words = element.dataset.counts === "left" ? left(at, now()) : length(Math.max(now() - at, 0));
      // Only what changed is written, so that a screen reader and a selection are left in peace.
      if (element.textContent !== words) element.textContent = words;
      if (element.dataset.counts === "left") element.closest(".due").classList.toggle("is-behind", now() >= at);
    }
  };

  setInterval(count, 1000);
  return {
    left, length, count,
    isNow: (serverSeconds) => { ahead = serverSeconds * 1000 - Date.now(); },
    atSite: (at) => seconds.format(at),
    inUtc: (at) => utc.format(at),
    now,
  };
})();
