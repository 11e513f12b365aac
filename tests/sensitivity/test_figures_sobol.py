"""The figure of the Sobol indices says what its tables say."""

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure
from words_support import LANGUAGES
from words_support import texts as project_texts

from monotown.base.labels import Labels
from monotown.sensitivity.figures_sobol import name, sobol
from monotown.show.style import figure_style, render

TEXTS = project_texts("common", "sobol")
INPUTS = ("scheme", "aggregation", "weights")


def labels(language: str) -> Labels:
    named = {"view.v": "Regions, 2022", "unit.u1": "Almaty", "unit.u2": "Astana"}
    return Labels(language, {**TEXTS, **{k: dict.fromkeys(LANGUAGES, t) for k, t in named.items()}})


def tables(noise: bool = True, constant: str = "") -> tuple[pd.DataFrame, pd.DataFrame]:
    rng = np.random.default_rng(3)
    rows, rest = [], []
    for design in ("methods", "methods_and_noise") if noise else ("methods",):
        inputs = INPUTS if design == "methods_and_noise" else INPUTS[:2]
        for output, unit in (("rank", "u1"), ("rank", "u2"), ("mean_rank_shift", "")):
            still = constant in (unit or "shift", "all")
            first = np.full(len(inputs), np.nan) if still else rng.uniform(0, 0.3, len(inputs))
            for item, s in zip(inputs, first, strict=True):
                rows.append(
                    {
                        "view": "v",
                        "year": 2022,
                        "design": design,
                        "output": output,
                        "unit": unit,
                        "input": item,
                        "first": s,
                        "first_low": s - 0.02,
                        "first_high": s + 0.02,
                        "total": s + 0.2,
                        "total_low": s + 0.18,
                        "total_high": s + 0.22,
                        "mean": {"u1": 1.5, "u2": 1.2}.get(unit, 0.8),
                        "status": "constant" if still else "defined",
                        "evaluations": 1215,
                        "kind": "official",
                    }
                )
            rest.append({"design": design, "output": output, "unit": unit, "order": 0, "share": 1 - first.sum()})
    return pd.DataFrame(rows), pd.DataFrame(rest)


def words(figure: Figure) -> list[str]:
    found = [figure.get_suptitle(), figure.get_supxlabel(), figure.about]
    for axes in figure.axes:
        texts = [*axes.texts, *axes.get_xticklabels(), *axes.get_yticklabels()]
        found += [t.get_text().replace("\n", " ") for t in texts]
        found += [axes.get_title(loc="left"), axes.get_xlabel()]
        legend = axes.get_legend()
        found += [t.get_text() for t in legend.get_texts()] if legend else []
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_number_and_name_is_there(language: str) -> None:
    w = labels(language)
    indices, rest = tables()
    with figure_style():
        figure = sobol(indices, rest, labels=w, view="v", source="Bureau")
    found = words(figure)
    shown = indices[indices["design"] == "methods_and_noise"]
    shift = shown[shown["output"] == "mean_rank_shift"]
    for value in [*shift["first"], *shift["total"]]:
        assert w.number(100 * value) in found
    ranks = shown[shown["output"] == "rank"]
    for value in ranks["total"]:
        assert w.number(100 * value) in found
    assert w("sobol.exact") in found
    text = " ".join(found).replace("\n", " ")
    for part in ("Regions, 2022", "Bureau", w("kind.official"), w.number(1215)):
        assert part in text
    assert "2022, 2022" not in text
    # units by mean rank, best first; inputs by total order
    names = [t.get_text() for t in figure.axes[1].get_yticklabels()]
    assert names == ["Astana", "Almaty"]
    order = shift.sort_values("total", ascending=False)["input"]
    bars = [t.get_text() for t in figure.axes[0].get_yticklabels()]
    assert bars == [f"{n}. {w(f'sobol.input.{i}')}" for n, i in enumerate(order, 1)]
    widths = [p.get_width() for p in figure.axes[0].patches[:3]]
    np.testing.assert_allclose(widths, 100 * shift.set_index("input").loc[order, "first"])
    if language == "en":
        with figure_style():
            again = sobol(indices, rest, labels=w, view="v", source="Bureau")
        assert render(figure)["svg"] == render(again)["svg"]


def test_exact_design_alone() -> None:
    indices, rest = tables(noise=False)
    w = labels("en")
    with figure_style():
        figure = sobol(indices, rest, labels=w, view="v", source="Bureau")
    found = words(figure)
    assert w("sobol.exact") not in found
    assert "Every one of 1,215 settings was evaluated" in " ".join(found).replace("\n", " ")


def test_what_is_constant_is_a_dash_and_said() -> None:
    w = labels("en")
    indices, rest = tables(constant="u1")
    with figure_style():
        found = words(sobol(indices, rest, labels=w, view="v", source="Bureau"))
    assert found.count("–") == 4
    assert "Dash: the rank is the same" in " ".join(found).replace("\n", " ")
    indices, rest = tables(constant="shift")
    with figure_style():
        found = words(sobol(indices, rest, labels=w, view="v", source="Bureau"))
    assert w("sobol.never_moves") in found
    assert "nan" not in " ".join(found)


def test_a_name_that_nobody_gave_is_the_id() -> None:
    assert name(labels("en"), "u1") == "Almaty"
    assert name(labels("en"), "other") == "other"
