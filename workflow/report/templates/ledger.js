// The ledger's filters: what is wanted stands in the address, as #?verdict=inconsistent&weight=3, so that it can be sent
// and a change of language keeps it; #claim-ID shows that claim whatever is filtered.
(() => {
  const form = document.querySelector("form.ledger-filter");
  const rest = document.querySelector(".ledger-rest");
  const cards = [...document.querySelectorAll(".ledger-card")];
  const named = () => {
    const id = location.hash.startsWith("#claim-") ? decodeURIComponent(location.hash.slice(1)) : "";
    const card = id && document.getElementById(id);
    for (const other of cards) other.classList.toggle("ledger-named", other === card);
    if (!card) return;
    card.hidden = false;
    if (rest && rest.contains(card)) rest.open = !(rest.hidden = false);
    const how = card.querySelector("details");
    if (how) how.open = true;
    card.scrollIntoView({ block: "start", behavior: "instant" });
  };
  if (!form) {
    window.addEventListener("hashchange", named);
    if (cards.length) named();
    return;
  }
  const texts = cards.map((card) => card.textContent.toLocaleLowerCase(document.documentElement.lang));
  const output = form.querySelector("output");
  const controls = [...form.elements].filter((control) => control.name);
  const wanted = () => new URLSearchParams([...new FormData(form)].filter(([, value]) => value));
  const apply = () => {
    const found = wanted();
    const filters = [...new Set(found.keys())].filter((name) => name !== "q").map((name) => [name, found.getAll(name)]);
    const words = (form.elements.q.value || "").toLocaleLowerCase(document.documentElement.lang).split(/\s+/).filter(Boolean);
    let shown = 0;
    cards.forEach((card, i) => {
      const fits = filters.every(([name, values]) => card.dataset[name].split("|").some((value) => values.includes(value)));
      card.hidden = !(fits && words.every((word) => texts[i].includes(word)));
      shown += !card.hidden;
    });
    if (rest) {
      rest.hidden = !rest.querySelector(".ledger-card:not([hidden])");
      if (shown < cards.length) rest.open = true;
    }
    const number = (n) => n.toLocaleString(document.documentElement.lang);
    output.value = output.dataset.text.replace("{shown}", number(shown)).replace("{all}", number(cards.length));
  };
  const keep = () => {
    const found = wanted().toString();
    history.replaceState(null, "", found ? `#?${found}` : "#");
  };
  const read = () => {
    if (location.hash.startsWith("#?")) {
      const given = new URLSearchParams(location.hash.slice(2));
      for (const control of controls) {
        if (control.type === "checkbox") control.checked = given.getAll(control.name).includes(control.value);
        else control.value = given.get(control.name) || "";
      }
      form.scrollIntoView({ block: "start", behavior: "instant" });
    }
    apply();
    named();
  };
  form.hidden = false;
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("input", () => { apply(); keep(); });
  form.addEventListener("reset", () => setTimeout(() => { apply(); keep(); }));
  window.addEventListener("hashchange", read);
  read();
})();
