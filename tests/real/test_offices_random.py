"""Tables made at random in the ways of offices: what is read is what was written, or the table is refused."""

import random
from itertools import product

import pytest

from monotown.data.workbooks.grid import Sheet
from monotown.data.workbooks.offices import Known, read_office

NAMES = ["Akmola", "Aktobe", "Abai", "Atyrau"]
KNOWN = Known(
    {**{n: {"en": n, "level": "region"} for n in NAMES}, "Land": {"en": "Land", "level": "country"}}, levels=("region",)
)
#: Parts of the population as printed and as read.
PARTS = [
    {"": "both"},
    {"Men": "male", "Women": "female"},
    {"Total": "both", "Men": "male", "Women": "female"},
    {"Urban": "urban", "Rural": "rural"},
    {"Все население": "all", "Городское население": "urban", "Сельское население": "rural"},
]
OTHERS = ["Total", "Итого", "World", "Nowhere", "Центральный федеральный округ"]
FORMS = ["sections", "totals", "years over parts", "parts over years", "below", "long", "wide", "beside", "down"]


class Table:
    """One table: what it says, and the rows that say it."""

    def __init__(self, form, seed):
        self.random = rng = random.Random(f"{form} {seed}")
        self.form, self.parts = form, rng.choice(PARTS)
        self.dim = "area" if "urban" in self.parts.values() else "sex"
        self.whole = {"sex": "both", "area": "all"}[self.dim]
        self.years = sorted(rng.sample(range(2000, 2024), rng.randint(1, 4)), reverse=rng.random() < 0.2)
        self.comma, self.truth = rng.random() < 0.5, {}
        self.order = rng.sample(NAMES, rng.randint(2, 4))
        if rng.random() < 0.4:
            self.order.insert(0, "Land")
        if rng.random() < 0.3:
            self.order.insert(rng.randint(0, len(self.order)), rng.choice(OTHERS))
        self.head = rng.choice(["", "Region", "Область"])
        title = rng.choice([[], [["Table 1. Births"]], [["Table 1. Births"], ["(persons)"]]])
        notes = [[], [["1) note"]], [[], ["* note 5"], ["Source: office"]], [[], ["Примечание: 2 данные"]]]
        self.rows = [*title, *getattr(self, form.replace(" ", "_"))(), *rng.choice(notes)]

    def cell(self, unit, year, part):
        """A printed figure, noted, or a mark of absence."""
        if self.random.random() < 0.08:
            return self.random.choice(["-", "…", "..", ":", "x", ""])
        value = self.random.choice([self.random.randint(0, 3000), self.random.randint(0, 10**6) / 10])
        if unit in (*NAMES, "Land"):
            self.truth[unit, year, part] = float(value)
        text = f"{value:,}".replace(",", " ")
        text = text.replace(".", ",") if self.comma else text
        return text + (self.random.choice([" 1)", "*", "²"]) if self.random.random() < 0.05 else "")

    def label(self, unit):
        return unit + (self.random.choice(["", "", "*", "1)", "²"]) if unit in NAMES else "")

    def row(self, unit, columns):
        return [self.label(unit), *[self.cell(unit, y, p) for y, p in columns]]

    def across(self, part):
        return [self.row(u, [(y, part) for y in self.years]) for u in self.order]

    def sections(self, totals=False):
        rows = [[self.head, *map(str, self.years)]]
        if self.random.random() < 0.3:
            rows.append(["А", *[str(i + 1) for i in range(len(self.years))]])
        for text, part in self.parts.items():
            if text:
                rows.append([text, *[str(self.random.randint(1, 99)) for _ in self.years if totals]])
            rows += self.across(part)
        return rows

    def totals(self):
        return self.sections(True)

    def stacked(self, columns, years_first):
        tops = [[str(y), t] for y, t in columns]
        rows = [[self.head, *[t[not years_first] for t in tops]], ["", *[t[years_first] for t in tops]]]
        if "" in self.parts:
            rows = [[self.head, *[str(y) for y, _ in columns]]]
        return [*rows, *[self.row(u, [(y, self.parts[t]) for y, t in columns]) for u in self.order]]

    def years_over_parts(self):
        return self.stacked(list(product(self.years, self.parts)), True)

    def parts_over_years(self):
        return self.stacked([(y, t) for t in self.parts for y in self.years], False)

    def below(self):
        rows = [[self.head, *map(str, self.years)]]
        for unit in self.order:
            rows.append(self.row(unit, [(y, self.whole) for y in self.years]))
            for text, part in self.parts.items():
                if part != self.whole:
                    rows.append([text.lower(), *[self.cell(unit, y, part) for y in self.years]])
        return rows

    def long(self):
        body = [
            [self.label(u), str(y), t or "Total", self.cell(u, y, p)]
            for u in self.order
            for y in self.years
            for t, p in self.parts.items()
        ]
        self.random.shuffle(body)
        return [[self.head, "Year", "Part", "Value"], *body]

    def wide(self):
        columns = [(y, p) for y in self.years for p in self.parts.values()]
        rows = [[self.head, "Year", *[t or "Births" for t in self.parts]]]
        n = len(self.parts)
        return rows + [
            [self.label(u), str(y), *[self.cell(u, y, p) for _, p in columns[i * n : i * n + n]]]
            for u in self.order
            for i, y in enumerate(self.years)
        ]

    def beside(self):
        gap = [""] * self.random.randint(0, 1)
        rows = [[], []]
        for text in self.parts:
            rows[0] += [text or "Births", *[""] * len(self.years), *gap]
            rows[1] += [self.head or "x", *map(str, self.years), *gap]
        return rows + [
            [t for p in self.parts.values() for t in [*self.row(u, [(y, p) for y in self.years]), *gap]]
            for u in self.order
        ]

    def down(self):
        part = next(iter(self.parts.values()))
        self.parts = {"": part}
        return [["Year", *self.order], *[[str(y), *[self.cell(u, y, part) for u in self.order]] for y in self.years]]


@pytest.mark.parametrize("form", FORMS)
def test_a_table_is_read_as_it_was_written_or_refused(form):
    refused = 0
    for seed in range(40):
        table = Table(form, seed)
        found = read_office([Sheet("t.xlsx", "d", table.rows)], KNOWN)
        for told in found.fates:
            assert told.open() == []
            assert sum(told.counts().values()) == told.not_empty
        only = next(iter(table.parts.values())) if len(table.parts) == 1 else table.whole
        figures = found.figures[found.figures["value"].notna()].to_dict("records")
        read = {(r["unit"], r["year"], dict(r["dims"]).get(table.dim, only)): r["value"] for r in figures}
        wrong = {k: v for k, v in read.items() if table.truth.get(k) != v}
        assert wrong == {}, (seed, table.rows)
        assert len(read) == len(figures), (seed, table.rows)
        if read != table.truth:
            refused += 1
            assert any(f.severity == "error" for f in found.findings), (seed, table.rows)
    assert refused < 4
