/* Your weights: sliders over the data of the run. kernel.js computes, this shows. The address carries every choice. */
(function () {
  "use strict";
  const MANY = 500;
  const ENDS = 50;
  const FORMS = {normalisation: "n", between: "b", within: "i", floor: "f", year: "y"};

  function start() {
    const box = document.querySelector("#your-weights .weights-live");
    const all = window.MONOTOWN_WEIGHTS;
    const kernel = window.MonotownKernel;
    if (!box || !all || !kernel) return;
    const {names, words} = JSON.parse(document.getElementById("weights-said").textContent);
    const language = document.documentElement.lang || "en";
    const say = (key, values = {}) => words[key].replace(/\{(\w+)\}/g, (m, k) => (k in values ? values[k] : m));
    const named = (group, id) => (names[group] && names[group][id]) || id;
    const format = (x, d) => {
      let text = Math.abs(x).toFixed(d);
      if (language !== "en") text = text.replace(".", ",");
      return (x < 0 && Number(Math.abs(x).toFixed(d)) > 0 ? "\u2212" : "") + text;
    };
    const place = (r) => format(r, Number.isInteger(r) ? 0 : 1);
    let index = all[0];
    let state = kernel.baseline(index);
    let asked = "";

    // --- the address ------------------------------------------------------------------------------------------------
    function address() {
      const base = kernel.baseline(index);
      const parts = [encodeURIComponent(index.id)];
      for (const [path, w] of Object.entries(state.weights)) if (w !== base.weights[path]) parts.push("w" + path + "=" + w);
      for (const [key, letter] of Object.entries(FORMS)) {
        if (state[key] !== base[key]) parts.push(letter + "=" + (key === "year" ? index.years[state.year] : state[key]));
      }
      return parts.length === 1 && index === all[0] ? "" : "#w=" + parts.join(";");
    }

    /** Take index and choices from the address; what it does not know is left. Whether it says any. */
    function follow() {
      const given = /[#&]w=([^&]*)/.exec(window.location.hash);
      if (!given) return false;
      const [id, ...parts] = given[1].split(";");
      index = all.find((one) => one.id === decode(id)) || all[0];
      state = kernel.baseline(index);
      for (const part of parts) {
        const [key, value] = part.split("=");
        const number = Number(value);
        const path = key.slice(1);
        if (key[0] === "w" && path in state.weights && path !== "" && number >= 0 && number <= 1e6) state.weights[path] = number;
        else if (key === "y" && index.years.includes(number)) state.year = index.years.indexOf(number);
        else if (key === "f" && number > 0 && number < 1) state.floor = number;
        else if (key === "n" && value in index.samples) state.normalisation = value;
        else if ((key === "b" || key === "i") && ["arithmetic", "geometric", "harmonic"].includes(value))
          state[key === "b" ? "between" : "within"] = value;
      }
      return true;
    }

    function decode(text) {
      try {
        return decodeURIComponent(text);
      } catch (error) {
        return text;
      }
    }

    // --- controls ---------------------------------------------------------------------------------------------------
    function make(tag, settings = {}, ...children) {
      const found = document.createElement(tag);
      for (const [key, value] of Object.entries(settings)) {
        if (key in found && key !== "list" && key !== "form") found[key] = value;
        else found.setAttribute(key, value);
      }
      found.append(...children);
      return found;
    }

    function choice(key, label, options, current, change) {
      const select = make("select", {id: "weights-" + key});
      for (const [value, text] of options) select.append(make("option", {value, textContent: text, selected: value === current}));
      select.addEventListener("change", () => change(select.value));
      return make("label", {}, label, select);
    }

    const shares = []; // [path, output]: what a weight is of the whole
    const sliders = make("div", {className: "weights-form"});
    const error = make("p", {className: "weights-error", role: "status"});
    const sum = make("p", {className: "weights-sum", role: "status"});
    const key = make("p", {className: "weights-key"});
    const search = make("input", {type: "search", id: "weights-search"});
    const table = make("div", {className: "weights-places", tabIndex: 0, role: "region"});
    table.setAttribute("aria-label", say("results"));
    const text = make("textarea", {readOnly: true, id: "weights-text", spellcheck: false});
    const copied = make("span", {role: "status"});
    search.addEventListener("input", () => {
      asked = search.value;
      show();
    });

    function slider(path, name, largest) {
      const id = "weights-" + (path.replace(/\./g, "-") || "all");
      const value = 100 * state.weights[path];
      const range = make("input", {type: "range", id, min: 0, max: Math.max(100, largest), step: "any", value});
      const number = make("input", {type: "number", min: 0, max: 1e8, step: "any", value: tidy(value)});
      number.setAttribute("aria-label", say("weight_of", {name}));
      const output = make("output", {htmlFor: id});
      const set = (given, other) => {
        if (!(Number(given) >= 0) || given === "") return;
        state.weights[path] = Number(given) / 100;
        other.value = tidy(Number(given));
        show();
      };
      range.addEventListener("input", () => set(range.value, number));
      number.addEventListener("input", () => set(number.value, range));
      shares.push([path, output]);
      return make("div", {className: "weights-slider"}, make("label", {htmlFor: id}, name + " ", output), range, number);
    }

    const tidy = (x) => String(Math.round(x * 100) / 100);

    function group(item, path) {
      const made = make("div");
      item.children.forEach((child, i) => {
        const at = path === "" ? String(i) : path + "." + i;
        const leaf = "leaf" in child;
        const name = leaf ? named("measure", index.leaves[child.leaf].id) : named("block", child.id);
        made.append(slider(at, name, 100 * state.weights[at]));
        if (!leaf) made.append(make("details", {}, make("summary", {textContent: say("indicators_of", {name})}), group(child, at)));
      });
      return made;
    }

    function build() {
      shares.length = 0;
      const redo = (change) => (value) => {
        change(value);
        show();
      };
      const study = ["", say("as_study")];
      const means = [study, ...["arithmetic", "geometric", "harmonic"].map((m) => [m, say("a_" + m)])];
      const floor = make("input", {type: "number", min: 0.000001, max: 0.999999, step: "any", id: "weights-floor", placeholder: say("as_study")});
      floor.value = state.floor === null ? "" : state.floor;
      floor.addEventListener("input", () => {
        const given = Number(floor.value);
        state.floor = given > 0 && given < 1 ? given : null;
        show();
      });
      const again = make("button", {type: "button", textContent: say("reset")});
      again.addEventListener("click", () => {
        state = kernel.baseline(index);
        build();
        show();
      });
      const nested = index.tree.children.some((c) => !("leaf" in c));
      sliders.replaceChildren(
        make(
          "div",
          {className: "weights-choices"},
          choice("index", say("index"), all.map((one) => [one.id, named("view", one.id)]), index.id, (id) => {
            index = all.find((one) => one.id === id);
            state = kernel.baseline(index);
            build();
            show();
          }),
          ...(index.years.length > 1
            ? [choice("year", say("year"), index.years.map((y, i) => [String(i), String(y)]), String(state.year), redo((v) => (state.year = Number(v))))]
            : []),
          choice("normalisation", say("normalisation"), [study, ...Object.keys(index.samples).map((m) => [m, say("m_" + m)])], state.normalisation, redo((v) => (state.normalisation = v))),
          choice("between", say("between"), means, state.between, redo((v) => (state.between = v))),
          ...(nested ? [choice("within", say("within"), means, state.within, redo((v) => (state.within = v)))] : []),
          make("label", {htmlFor: "weights-floor"}, say("floor"), floor)
        ),
        make("fieldset", {}, make("legend", {textContent: say("weights")}), group(index.tree, "")),
        again
      );
    }

    // --- what they give ---------------------------------------------------------------------------------------------
    function wholeShares() {
      const found = {};
      const counts = (item, path) =>
        "leaf" in item ? state.weights[path] > 0 : item.children.some((c, i) => state.weights[at(path, i)] > 0 && counts(c, at(path, i)));
      const at = (path, i) => (path === "" ? String(i) : path + "." + i);
      const step = (item, path, share) => {
        found[path] = share;
        if ("leaf" in item) return;
        const mine = item.children.map((c, i) => (counts(c, at(path, i)) ? state.weights[at(path, i)] : 0));
        const total = mine.reduce((a, b) => a + b, 0);
        item.children.forEach((c, i) => step(c, at(path, i), total > 0 ? (share * mine[i]) / total : 0));
      };
      step(index.tree, "", 1);
      return found;
    }

    function strip(n, low, high, before, now) {
      const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
      svg.setAttribute("class", "weights-strip");
      svg.setAttribute("viewBox", "0 0 " + Math.max(n, 1) + " 10");
      svg.setAttribute("preserveAspectRatio", "none");
      svg.setAttribute("aria-hidden", "true");
      const add = (tag, settings) => {
        const found = document.createElementNS("http://www.w3.org/2000/svg", tag);
        for (const [k, v] of Object.entries(settings)) found.setAttribute(k, v);
        svg.append(found);
      };
      if (low !== null) add("rect", {x: low - 1, y: 1, width: high - low + 1, height: 8});
      if (before !== null) add("line", {x1: before - 0.5, x2: before - 0.5, y1: 0, y2: 10});
      add("line", {class: "weights-dot", x1: now - 0.5, x2: now - 0.5, y1: 5, y2: 5.001});
      return svg;
    }

    function show() {
      const part = wholeShares();
      for (const [path, output] of shares) output.value = say("share", {share: format(100 * part[path], 1)});
      text.value = configText();
      const hash = address();
      if (hash !== window.location.hash) window.history.replaceState(null, "", hash || window.location.pathname + window.location.search);
      document.querySelectorAll("details.weights-published").forEach((d) => (d.open = d.dataset.index === index.id));
      let found;
      try {
        found = kernel.result(index, state);
        error.textContent = "";
      } catch (problem) {
        if (!("error_" + problem.message in words)) throw problem;
        error.textContent = say("error_" + problem.message);
        sum.textContent = "";
        table.replaceChildren();
        return;
      }
      const year = index.data[state.year];
      const scale = kernel.scaleOf(index, state);
      const rows = year.units
        .map((u, i) => ({id: index.units[u], name: named("unit", index.units[u]), rank: found.ranks[i], score: found.scores[i] * scale, before: year.rank[i], low: year.low[i], high: year.high[i]}))
        .filter((r) => !Number.isNaN(r.rank))
        .sort((a, b) => a.rank - b.rank || (a.name < b.name ? -1 : 1));
      const banded = rows.filter((r) => r.low !== null);
      const inside = banded.filter((r) => r.rank >= r.low - 1e-9 && r.rank <= r.high + 1e-9).length;
      sum.textContent = banded.length ? say("inside", {n: inside, all: banded.length, share: index.band}) : say("no_band");
      const wanted = asked.trim().toLowerCase();
      const many = rows.length > MANY;
      search.parentElement.hidden = !many;
      let listed = rows;
      let left = 0;
      if (wanted && many) listed = rows.filter((r) => r.name.toLowerCase().includes(wanted) || r.id.toLowerCase().includes(wanted)).slice(0, MANY);
      else if (many) {
        left = rows.length - 2 * ENDS;
        listed = [...rows.slice(0, ENDS), null, ...rows.slice(-ENDS)];
      }
      const head = make("tr");
      for (const k of ["place", "unit", "score", "change", "band", "chart"]) head.append(make("th", {scope: "col", className: k === "unit" || k === "chart" ? "weights-name" : "", textContent: say(k)}));
      const body = make("tbody");
      for (const row of listed) {
        if (row === null) {
          body.append(make("tr", {}, make("td", {colSpan: 6, textContent: say("left", {n: left})})));
          continue;
        }
        const moved = row.before === null ? 0 : row.before - row.rank;
        const change = moved === 0 ? "0" : (moved > 0 ? "▲ " : "▼ ") + place(Math.abs(moved));
        body.append(
          make(
            "tr",
            {},
            make("td", {textContent: place(row.rank)}),
            make("th", {scope: "row", textContent: row.name}),
            make("td", {textContent: format(row.score, scale === 1 ? 3 : 1)}),
            make("td", {textContent: change, className: moved > 0 ? "weights-up" : moved < 0 ? "weights-down" : ""}),
            make("td", {textContent: row.low === null ? "" : place(row.low) + "–" + place(row.high)}),
            make("td", {}, strip(rows.length, row.low, row.high, row.before, row.rank))
          )
        );
      }
      const top = table.scrollTop;
      table.replaceChildren(make("table", {}, make("thead", {}, head), body));
      table.scrollTop = top;
      colour(rows);
    }

    /** Maps of the index on the page show the places of these weights. */
    function colour(rows) {
      for (const map of document.querySelectorAll(".map")) map.hidden = map.dataset.of !== index.id;
      const near = (r) => (r.low === null ? "–" : place(r.low) + "–" + place(r.high));
      const label = (r) => say("map_unit", {name: r.name, rank: place(r.rank), interval: near(r), score: format(r.score, 1)});
      const units = Object.fromEntries(rows.map((r) => [r.id, {score: r.score, place: place(r.rank), label: label(r)}]));
      document.dispatchEvent(new CustomEvent("ranked", {detail: {of: index.id, units}}));
    }

    // --- as config --------------------------------------------------------------------------------------------------
    function configText() {
      const lines = ["# " + say("config_head"), "# " + say("config_year", {year: index.years[state.year]})];
      return lines.filter((l) => index.years[state.year] !== 0 || l !== lines[1]).join("\n") + "\n" + kernel.config(index, state);
    }

    const file = "my-weights.yaml";
    const copy = make("button", {type: "button", textContent: say("copy")});
    copy.addEventListener("click", () => {
      text.select();
      const done = () => (copied.textContent = say("copied"));
      if (navigator.clipboard) navigator.clipboard.writeText(text.value).then(done, () => document.execCommand("copy") && done());
      else if (document.execCommand("copy")) done();
    });
    const save = make("button", {type: "button", textContent: say("download")});
    save.addEventListener("click", () => {
      const link = make("a", {href: URL.createObjectURL(new Blob([text.value], {type: "application/yaml"})), download: file});
      document.body.append(link);
      link.click();
      link.remove();
      URL.revokeObjectURL(link.href);
    });
    const config = make(
      "details",
      {className: "weights-config"},
      make("summary", {textContent: say("config")}),
      make("p", {textContent: say("config_lead", {file})}),
      make("label", {htmlFor: "weights-text", textContent: file}),
      text,
      copy,
      " ",
      save,
      " ",
      copied
    );

    key.textContent = say("key");
    box.replaceChildren(
      make("div", {}, sliders, config),
      make("div", {}, error, sum, key, make("label", {htmlFor: "weights-search", hidden: true}, say("search"), search), table)
    );
    // what moves stands together: the map of the weights right below them
    const map = document.querySelector('main [data-piece="map"]');
    if (map) box.after(map);
    follow();
    build();
    box.hidden = false;
    show();
    window.addEventListener("hashchange", () => {
      if (window.location.hash !== address() && follow()) {
        build();
        show();
      }
    });
  }

  // the data may come in a script that is deferred as well: they are all there at this event
  if (document.readyState === "complete") start();
  else document.addEventListener("DOMContentLoaded", start);
})();
