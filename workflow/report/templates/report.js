// The page reads without this: it only adds a filter above long tables and opens them for print.
document.querySelectorAll("table[data-filter]").forEach(function (table) {
  var rows = Array.prototype.slice.call(table.tBodies[0].rows);
  var column = Number(table.dataset.filter), words = document.body.dataset;
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
window.addEventListener("beforeprint", function () {
  document.querySelectorAll("details").forEach(function (d) { d.open = true; });
});
