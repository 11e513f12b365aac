// Other scores on the maps of an index, such as those of a reader's own weights: `detail` has `of`, and for each unit its
// `score`, `place` and `label` (as written) and, where it is known, `certainty`. The band of the page stays as it was without it.
document.addEventListener("ranked", (event) => {
  const { of, units } = event.detail;
  const scores = Object.values(units).map((unit) => unit.score).filter(Number.isFinite);
  const low = Math.min(...scores), high = Math.max(...scores);
  for (const map of document.querySelectorAll(".map")) {
    if (map.dataset.of !== of) continue;
    for (const [code, unit] of Object.entries(units)) {
      const tone = high > low ? Math.min(5, 1 + Math.floor(5 * (unit.score - low) / (high - low))) : 3;
      for (const node of map.querySelectorAll(`[data-unit="${CSS.escape(code)}"]`)) {
        if (node.classList.contains("map-place")) node.textContent = unit.place;
        else if (node.dataset.tone) {
          node.dataset.tone = tone;
          if (unit.certainty) node.dataset.certainty = unit.certainty;
        }
        const title = node.querySelector("title"), link = node.closest("a");
        if (unit.label && title) title.textContent = unit.label;
        if (unit.label && link && link.hasAttribute("aria-label")) link.setAttribute("aria-label", unit.label);
        const rank = node.querySelector(".map-rank");
        if (rank) rank.textContent = unit.place;
      }
    }
  }
});
