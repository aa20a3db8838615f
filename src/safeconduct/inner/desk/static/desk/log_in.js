// Six words that are typed blind are easily mistyped, and no refusal says where the slip was.
"use strict";

(() => {
  const words = document.getElementById("id_passphrase"), show = document.getElementById("show-words");
  show.parentElement.hidden = false;
  show.addEventListener("change", () => { words.type = show.checked ? "text" : "password"; });
  // What is sent as plain text a browser keeps, to offer it again.
  words.form.addEventListener("submit", () => { words.type = "password"; });
})();
