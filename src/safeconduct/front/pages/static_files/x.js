/* Leaves at once: empties what is seen, then puts the other page in the place of this one in the history. */
(function () {
  "use strict";
  var way = document.getElementById("x");
  if (!way) return;
  way.addEventListener("click", function (event) {
    event.preventDefault();
    document.title = "";
    document.body.textContent = "";
    window.location.replace(way.href);
  });
})();
