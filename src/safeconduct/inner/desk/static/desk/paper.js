// A print is an act: only a page that has its number goes on paper, and one number is one print.
"use strict";

(() => {
  const numbered = () => document.querySelector("#desk.numbered");

  const print = () => {
    const page = numbered();
    if (!page || page.dataset.asked) return;
    page.dataset.asked = "yes";
    setTimeout(() => window.print());
  };
  addEventListener("afterprint", () => {
    numbered()?.classList.remove("numbered");
    document.getElementById("printed")?.remove();
  });
  document.addEventListener("htmx:afterSettle", print);
  print();
})();
