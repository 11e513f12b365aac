/* The list of units, addresses such as #KZULU, and the page that is drawn from data where there are many units. */
(function () {
  "use strict";
  var choosers = document.querySelectorAll(".units-choose");
  if (!choosers.length) return;
  var drawn = document.querySelector(".unit-drawn-here");
  var options = Array.prototype.slice.call(choosers[0].options, 1);
  var waiting = "";

  function named(hash) {
    var id = hash.replace(/^#/, "");
    try { id = decodeURIComponent(id); } catch (error) { /* as it stands */ }
    return options.filter(function (o) { return id && (o.dataset.id === id || o.dataset.file === id); })[0];
  }

  // A part of the data: lines of all its units once, and of each unit the numbers of its lines.
  window.monotownUnits = function (lines, units) {
    if (!(waiting in units)) return;
    drawn.innerHTML = units[waiting].map(function (i) { return lines[i]; }).join("\n");
    var name = drawn.querySelector(".unit-name");
    if (name) document.title = name.textContent;
    document.querySelector(".units-table").open = false;
  };

  function go() {
    var option = named(window.location.hash);
    if (!option) return;
    if (!drawn) {
      // an anchor of this page is meant where there is one
      if (!document.getElementById(window.location.hash.slice(1))) window.location.replace(option.value);
      return;
    }
    choosers[0].value = option.value;
    waiting = option.dataset.file;
    var script = document.createElement("script");
    script.src = "data/units-" + drawn.dataset.language + "-" + option.dataset.part + ".js";
    document.head.appendChild(script);
    document.querySelectorAll(".langs a, a[hreflang]").forEach(function (a) { a.hash = option.dataset.file; });
  }

  document.querySelectorAll(".units-ask").forEach(function (p) { p.hidden = false; });
  choosers.forEach(function (select) {
    select.addEventListener("change", function () { if (select.value) window.location.href = select.value; });
  });
  document.querySelectorAll(".units-list").forEach(function (list) {
    var search = list.querySelector(".units-search"), found = list.querySelector(".units-found");
    search.addEventListener("input", function () {
      var text = search.value.trim().toLocaleLowerCase(), count = 0;
      list.querySelector("details").open = true;
      list.querySelectorAll("li").forEach(function (li) {
        li.hidden = li.textContent.toLocaleLowerCase().indexOf(text) < 0;
        if (!li.hidden) count += 1;
      });
      found.textContent = text ? list.dataset.found.replace("{count}", count) : "";
    });
  });
  window.addEventListener("hashchange", go);
  go();
})();
