// The pages read without this: it sorts and filters tables, keeps the place when the language changes, and opens what a link leads to.
(function () {
  "use strict";
  document.documentElement.classList.add("js");
  var words = document.body.dataset;

  function number(text) {
    var plain = text.replace(/[\s\u00a0\u202f]/g, "").replace("\u2212", "-").replace(",", ".");
    return plain !== "" && isFinite(plain) ? Number(plain) : null;
  }

  document.querySelectorAll(".scroll > table").forEach(function (table) {
    if (!table.tHead || table.tBodies[0].rows.length < 3) { return; }
    Array.prototype.forEach.call(table.tHead.rows[0].cells, function (head, column) {
      head.addEventListener("click", function () {
        var down = head.getAttribute("aria-sort") === "ascending", body = table.tBodies[0];
        var rows = Array.prototype.slice.call(body.rows);
        var keys = new Map(rows.map(function (r) { return [r, r.cells[column] ? r.cells[column].textContent.trim() : ""]; }));
        rows.sort(function (a, b) {
          var x = keys.get(a), y = keys.get(b), n = number(x), m = number(y);
          var by = n !== null && m !== null ? n - m : n !== null ? -1 : m !== null ? 1 : x.localeCompare(y, document.documentElement.lang);
          return down ? -by : by;
        });
        Array.prototype.forEach.call(table.tHead.rows[0].cells, function (h) { h.removeAttribute("aria-sort"); });
        head.setAttribute("aria-sort", down ? "descending" : "ascending");
        rows.forEach(function (r) { body.append(r); });
      });
    });
  });

  document.querySelectorAll("table[data-filter]").forEach(function (table) {
    var rows = Array.prototype.slice.call(table.tBodies[0].rows);
    var column = Number(table.dataset.filter);
    var box = document.createElement("div");
    box.className = "filter";
    var search = document.createElement("input");
    search.type = "search";
    search.placeholder = words.search;
    search.setAttribute("aria-label", words.search);
    var select = document.createElement("select");
    select.setAttribute("aria-label", table.tHead.rows[0].cells[column].textContent);
    var values = rows.map(function (r) { return r.cells[column].textContent.trim(); });
    [words.all].concat(Array.from(new Set(values)).sort()).forEach(function (value, i) {
      select.add(new Option(value, i ? value : ""));
    });
    var count = document.createElement("output");
    function update() {
      var wanted = search.value.trim().toLowerCase(), shown = 0;
      rows.forEach(function (row, i) {
        var hit = (!select.value || values[i] === select.value) &&
          (!wanted || row.textContent.toLowerCase().indexOf(wanted) >= 0);
        row.classList.toggle("hidden", !hit);
        shown += hit ? 1 : 0;
      });
      count.textContent = shown + " / " + rows.length;
    }
    search.addEventListener("input", update);
    select.addEventListener("change", update);
    box.append(search, select, count);
    table.closest(".scroll").before(box);
    update();
  });

  // The language switch keeps the place, and what a piece keeps in the address.
  document.querySelectorAll(".langs a").forEach(function (link) {
    var plain = link.getAttribute("href");
    function keep() { link.setAttribute("href", plain + location.hash); }
    ["click", "focus", "pointerdown"].forEach(function (event) { link.addEventListener(event, keep); });
    window.addEventListener("hashchange", keep);
    keep();
  });

  function opened() {
    var target = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target) { return; }
    for (var at = target; at; at = at.parentElement) { if (at.tagName === "DETAILS") { at.open = true; } }
    target.scrollIntoView({behavior: "instant"});
  }
  window.addEventListener("hashchange", opened);
  opened();
})();
