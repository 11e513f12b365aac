/* The kernel of an index in a page: what monotown.index.kernel and its neighbours compute, for one set of weights.
   tests/report/test_kernel.py holds both to the same cases. Scores are numbers or NaN; a unit is a place in an array. */
(function (root) {
  "use strict";
  const TOLERANCE = 1e-9;
  const EXPONENTS = {arithmetic: 1, geometric: 0, harmonic: -1};

  const known = (x) => !Number.isNaN(x);

  /** Ranks, 1 the best; neighbours no further apart than 1e-9 are tied, ties chain (monotown.methods.ranks.rank). */
  function rank(scores, ascending = false, ties = "average") {
    const order = scores.map((s, i) => i).filter((i) => known(scores[i]));
    const key = (i) => (ascending ? scores[i] : -scores[i]);
    order.sort((a, b) => key(a) - key(b) || a - b);
    const ranks = scores.map(() => NaN);
    for (let first = 0, group = 1; first < order.length; group += 1) {
      let last = first;
      while (last + 1 < order.length && key(order[last + 1]) - key(order[last]) <= TOLERANCE) last += 1;
      const place = {average: (first + last) / 2 + 1, min: first + 1, max: last + 1, dense: group}[ties];
      for (let k = first; k <= last; k += 1) ranks[order[k]] = place;
      first = last + 1;
    }
    return ranks;
  }

  const TRANSFORMS = {none: (x) => x, log: Math.log, log1p: Math.log1p};

  /** Rank from the worst, on values in shares of the largest (monotown.methods.normalise.rank_score). */
  function rankScore(values, direction, ties) {
    const size = values.reduce((m, x) => (known(x) ? Math.max(m, Math.abs(x)) : m), 0) || 1;
    return rank(values.map((x) => (x / size) * direction), true, ties);
  }

  /** Scores of one measure of one year: `how` is a method with what it takes from the sample. */
  function normalise(values, direction, transform, how) {
    const x = values.map(TRANSFORMS[transform]);
    const n = x.filter(known).length;
    switch (how.method) {
      case "given":
        return how.scores.slice();
      case "minmax": {
        const [start, end] = how.target || [0, 1];
        return x.map((v) => {
          let share = (v - how.low) / (how.high - how.low);
          share = direction > 0 ? share : 1 - share;
          if (how.clip !== false && known(share)) share = Math.min(Math.max(share, 0), 1);
          return start + (end - start) * share;
        });
      }
      case "zscore":
        return x.map((v) => (how.to ? how.to[0] : 0) + (how.to ? how.to[1] : 1) * ((direction * (v - how.mean)) / how.sd));
      case "rank":
        return rankScore(x, direction, how.ties || "average");
      case "borda":
        return rankScore(x, direction).map((r) => r - 1);
      case "percentile":
        return rankScore(x, direction).map((r) => (r - 0.5) / n);
      default:
        throw new Error("method " + how.method);
    }
  }

  function fill(rule, scores) {
    const there = scores.filter(known);
    if (rule === "reweight" || there.length === scores.length) return scores;
    if (rule === "refuse" || there.length === 0) throw new Error(rule);
    let centre;
    if (rule === "mean") {
      centre = there.reduce((a, b) => a + b, 0) / there.length;
    } else {
      there.sort((a, b) => a - b);
      const m = there.length;
      centre = (there[(m - 1) >> 1] + there[m >> 1]) / 2;
    }
    return scores.map((s) => (known(s) ? s : centre));
  }

  /** Whether something below an item has a weight. */
  const counts = (item) => ("leaf" in item ? item.weight > 0 : item.children.some((c) => c.weight > 0 && counts(c)));

  /** A node in one tree: {id, weight, exponent, floor, missing, children}; a leaf: {leaf: its column, weight}.
      `z` has a column of scores a leaf. Returns {weight, scores, nodes: scores of each node by id}. */
  function evaluate(tree, z) {
    const nodes = {};
    const units = z[0].length;

    function score(node) {
      const total = node.children.reduce((sum, c) => sum + (counts(c) ? c.weight : 0), 0);
      const sums = new Float64Array(units);
      const weights = new Float64Array(units);
      for (const child of node.children) {
        const share = child.weight / total;
        const given = "leaf" in child ? z[child.leaf] : counts(child) ? score(child) : null;
        if (!(share > 0) || given === null) continue;
        const filled = fill(node.missing, given);
        for (let u = 0; u < units; u += 1) {
          if (!known(filled[u])) continue;
          const s = node.floor === null || node.floor === undefined ? filled[u] : Math.max(filled[u], node.floor);
          if (node.exponent <= 0 ? !(s > 0) : node.exponent !== 1 && s < 0) throw new Error("positive");
          sums[u] += share * power(s, node.exponent);
          weights[u] += share;
        }
      }
      const scores = Array.from(sums, (s, u) => (weights[u] > 0 ? rootOf(s / weights[u], node.exponent) : NaN));
      nodes[node.id] = scores;
      return scores;
    }

    if (!counts(tree)) throw new Error("weights");
    const scores = score(tree);
    return {scores, nodes};
  }

  function power(x, exponent) {
    return exponent === 0 ? Math.log(x) : exponent === 1 ? x : exponent === -1 ? 1 / x : Math.pow(x, exponent);
  }

  function rootOf(x, exponent) {
    return exponent === 0 ? Math.exp(x) : exponent === 1 ? x : exponent === -1 ? 1 / x : Math.pow(x, 1 / exponent);
  }

  // --- an index of the page's data (monotown.report.weights) and what a reader chooses ------------------------------

  /** The choices that give the index as it is published. */
  function baseline(index) {
    const weights = {};
    const step = (item, path) => {
      weights[path] = item.weight;
      (item.children || []).forEach((c, i) => step(c, path === "" ? String(i) : path + "." + i));
    };
    step(index.tree, "");
    return {weights, normalisation: "", between: "", within: "", floor: null, year: index.years.length - 1};
  }

  const inside = (index, state) => (state.normalisation ? index.inside.includes(state.normalisation) : index.unit);

  /** The tree with the choices: weights by the path of an item, means of its levels, floors where they are needed.
      A floor that is chosen, or that a mean newly needs, is that of every mean which takes one. */
  function chosenTree(index, state) {
    const other = state.normalisation !== "";
    const may = inside(index, state);
    const floor = floorOf(index, state);
    const step = (item, path, level) => {
      const found = {...item, weight: state.weights[path]};
      if ("leaf" in item) return found;
      found.exponent = exponentOf(item, state, level);
      if (!(found.exponent <= 0) || (other && !may)) found.floor = null;
      else if (floor !== null) found.floor = floor;
      found.children = item.children.map((c, i) => step(c, path === "" ? String(i) : path + "." + i, "within"));
      return found;
    };
    return step(index.tree, "", "between");
  }

  const exponentOf = (node, state, level) => (state[level] ? EXPONENTS[state[level]] : node.exponent);

  /** The floor that is chosen, or that a mean newly needs; null where each mean has its own, or none takes one. */
  function floorOf(index, state) {
    if (!inside(index, state)) return null;
    let takes = false;
    let lacks = false;
    const step = (item, level) => {
      if ("leaf" in item) return;
      const exponent = exponentOf(item, state, level);
      if (exponent <= 0) {
        takes = true;
        const changed = state.normalisation !== "" || exponent !== item.exponent;
        lacks = lacks || (changed && (item.floor === null || item.floor === undefined));
      }
      item.children.forEach((c) => step(c, "within"));
    };
    step(index.tree, "between");
    return takes && state.floor !== null ? state.floor : lacks ? index.floor : null;
  }

  /** Whether a mean is chosen that needs scores above 0 over scores that may be lower and take no floor. */
  function refused(index, state) {
    if (inside(index, state) || state.normalisation === "rank") return false;
    const step = (item, level) =>
      !("leaf" in item) &&
      ((exponentOf(item, state, level) !== item.exponent && exponentOf(item, state, level) <= 0) ||
        item.children.some((c) => step(c, "within")));
    return step(index.tree, "between");
  }

  /** Scores, ranks and scores of blocks of a year under the choices; units without enough coverage have NaN.
      Throws "positive" where a mean is not defined for the scores, "weights" where nothing has a weight. */
  function result(index, state) {
    if (refused(index, state)) throw new Error("positive");
    const year = index.data[state.year];
    const enough = year.enough;
    const z = index.leaves.map((leaf, j) => {
      const how = state.normalisation ? index.samples[state.normalisation][j] : leaf.own;
      const of = how.years ? how.years[state.year] : how;
      const values = year.values[j].map((v) => (v === null ? NaN : v));
      const scores = (year.scores && year.scores[j]) || null;
      const spec = of.method === "given" ? {method: "given", scores: scores.map((s) => (s === null ? NaN : s))} : of;
      return normalise(values, leaf.direction, leaf.transform, spec).filter((s, u) => enough[u]);
    });
    const {scores, nodes} = evaluate(chosenTree(index, state), z);
    const spread = (some) => {
      let k = -1;
      return enough.map((e) => (e ? some[(k += 1)] : NaN));
    };
    const whole = spread(scores);
    const blocks = {};
    for (const [id, some] of Object.entries(nodes)) blocks[id] = spread(some);
    return {scores: whole, ranks: whole.filter(known).length > 1 ? rank(whole) : whole.map(() => NaN), blocks};
  }

  /** What a score of 1 is in the tables of the index under the choices. */
  function scaleOf(index, state) {
    return state.normalisation ? (inside(index, state) ? index.hundred : 1) : index.scale;
  }

  /** The choices as the section `indices` of a run's config. */
  function config(index, state) {
    const lines = ["indices:", "  " + key(index.id) + ":", "    weights:"];
    const blocks = [];
    const indicators = [];
    // a block of which nothing has a weight has none itself, for a node needs some below it
    const step = (item, path, hidden) => {
      const empty = !hidden && !counts(item) && !("leaf" in item);
      const weight = hidden ? 1 : empty ? 0 : item.weight;
      if (path) ("leaf" in item ? indicators : blocks).push(["leaf" in item ? index.leaves[item.leaf].id : item.id, weight]);
      (item.children || []).forEach((c) => step(c, true, hidden || empty));
    };
    step(chosenTree(index, state), false, false);
    for (const [name, some] of [["blocks", blocks], ["indicators", indicators]]) {
      if (!some.length) continue;
      lines.push("      " + name + ":");
      for (const [id, w] of some) lines.push("        " + key(id) + ": " + number(w));
    }
    if (state.normalisation) lines.push("    normalisation: " + state.normalisation);
    const means = ["between", "within"].filter((level) => state[level]);
    if (means.length) {
      lines.push("    aggregation:");
      for (const level of means) lines.push("      " + level + ": " + state[level]);
    }
    const floor = floorOf(index, state);
    if (floor !== null) lines.push("    floor: " + number(floor));
    return lines.join("\n") + "\n";
  }

  /** A number as YAML reads it: JavaScript's "1e-7" is a text there. */
  function number(x) {
    const text = String(x);
    return text.includes("e") && !text.includes(".") ? text.replace("e", ".0e") : text;
  }

  /** A name as a key of YAML. */
  const key = (name) => (/^[A-Za-z_][A-Za-z0-9_]*$/.test(name) && !/^(y|n|yes|no|on|off|true|false|null)$/i.test(name) ? name : JSON.stringify(name));

  const kernel = {rank, normalise, evaluate, baseline, chosenTree, result, scaleOf, config, floorOf, inside};
  if (typeof module !== "undefined" && module.exports) module.exports = kernel;
  else root.MonotownKernel = kernel;
})(typeof window === "undefined" ? globalThis : window);
