"""The paper's figures: nothing overlaps or crosses, and what is drawn is what the tables say."""

import itertools
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.patches import FancyBboxPatch, PathPatch
from words_support import LANGUAGES
from words_support import texts as project_texts

from monotown.base.labels import Labels
from monotown.claims.ledger import VERDICTS
from monotown.paper import figures as paper
from monotown.show import diagram as dia
from monotown.show import style
from monotown.show.diagram import Arrow, Box, Diagram, Rect, TextBlock
from monotown.show.graphs import read_graphs
from monotown.workflow import read_text_table, read_yaml

ROOT = Path(__file__).parents[2]
TEXTS = project_texts("common", "graphs")
TEXTS |= {f"verdict.{v}": dict.fromkeys(LANGUAGES, v) for v in VERDICTS}
GRAPHS = read_graphs(
    read_yaml(ROOT / "config/parts/paper/graphs.yaml"),
    read_yaml(ROOT / "workflow/parts/paper/schema.yaml"),
    read_text_table(ROOT / "data/raw/published/paper/passages.csv").astype({"line_from": int, "line_to": int}),
    "graphs.yaml",
)
CASES = list(itertools.product(GRAPHS, LANGUAGES, (False, True)))
#: Inches of difference allowed between the laid out and the drawn letters.
HINTING = 0.03


@pytest.fixture(autouse=True)
def look():
    with style.figure_style():
        yield


def laid(name, language, inferred):
    return dia.lay_out(GRAPHS[name].shown(inferred=inferred), language)


def stretches(arrow):
    for (x1, y1), (x2, y2) in itertools.pairwise(arrow.points):
        yield Rect(min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2)).grown(0.004)


@pytest.mark.parametrize(("name", "language", "inferred"), CASES)
def test_boxes_hold_their_text_and_keep_apart(name, language, inferred):
    diagram = laid(name, language, inferred)
    boxes = {b.id: b for b in diagram.boxes}
    assert set(boxes) == {n.id for n in GRAPHS[name].shown(inferred=inferred).nodes}
    members = {n.id: n.within for n in GRAPHS[name].nodes}
    for box in diagram.boxes:
        assert box.area.holds(box.text.area), box.id
        assert box.area.left >= 0
        assert box.area.bottom >= 0
        assert box.area.right <= style.PAGE
        assert box.area.top <= diagram.height
    for one, two in itertools.combinations(diagram.boxes, 2):
        if members[one.id] == two.id:
            assert two.area.holds(one.area), (one.id, two.id)
            assert not two.text.area.overlaps(one.area)
        elif members[two.id] == one.id:
            assert one.area.holds(two.area), (one.id, two.id)
            assert not one.text.area.overlaps(two.area)
        else:
            assert not one.area.grown(0.03).overlaps(two.area.grown(0.03)), (one.id, two.id)


@pytest.mark.parametrize(("name", "language", "inferred"), CASES)
def test_no_arrow_crosses_another_or_runs_over_a_box(name, language, inferred):
    assert crossings(laid(name, language, inferred)) == []


@pytest.mark.parametrize(("name", "language", "inferred"), CASES)
def test_arrows_end_on_their_boxes_and_are_long_enough_for_a_head(name, language, inferred):
    diagram = laid(name, language, inferred)
    areas = {b.id: b.area for b in diagram.boxes}
    assert diagram.arrows
    for arrow in diagram.arrows:
        for end, point in ((arrow.source, arrow.points[0]), (arrow.target, arrow.points[-1])):
            area, (x, y) = areas[end], point
            upright = area.bottom <= y <= area.top and min(abs(x - area.left), abs(x - area.right)) == pytest.approx(0)
            level = area.left <= x <= area.right and min(abs(y - area.bottom), abs(y - area.top)) == pytest.approx(0)
            assert upright or level, (arrow.source, arrow.target)
        last = sum(abs(a - b) for a, b in zip(*arrow.points[-2:], strict=True))
        assert last > (2.4 if arrow.both else 1.3) * dia.HEAD
        for (x1, y1), (x2, y2) in itertools.pairwise(arrow.points):
            assert x1 == pytest.approx(x2) or y1 == pytest.approx(y2)


@pytest.mark.parametrize(("name", "language", "inferred"), CASES)
def test_labels_of_arrows_stand_clear(name, language, inferred):
    diagram = laid(name, language, inferred)
    labelled = [(a, a.label.area) for a in diagram.arrows if a.label]
    assert {line for a, _ in labelled for line in [" ".join(a.label.lines)]}
    for (_, one), (_, two) in itertools.combinations(labelled, 2):
        assert not one.overlaps(two)
    for arrow, area in labelled:
        for box in diagram.boxes:
            assert not area.overlaps(box.area), (arrow.source, arrow.target, box.id)
        for other in diagram.arrows:
            for stretch in stretches(other):
                assert not stretch.overlaps(area), (arrow.label.lines, other.source, other.target)


@pytest.mark.parametrize(("name", "language", "inferred"), CASES)
def test_what_is_drawn_fits_as_the_renderer_measures_it(name, language, inferred):
    figure = paper.diagram(GRAPHS[name], labels=Labels(language, TEXTS), show_inferred=inferred)
    FigureCanvasAgg(figure)
    figure.set_dpi(200)  # as it is saved
    figure.draw_without_rendering()
    renderer = figure.canvas.get_renderer()

    def area(artist):
        e = artist.get_window_extent(renderer)
        return Rect(*(v / figure.dpi for v in (e.x0, e.y0, e.x1, e.y1)))

    axes = figure.axes[0]
    boxes = {p.get_gid()[4:]: p for p in axes.patches if isinstance(p, FancyBboxPatch)}
    texts = [t for t in axes.texts if t.get_gid().startswith(("text.", "label."))]
    assert len(texts) > 2 * len(boxes)
    for text in texts:
        kind, _, owner = text.get_gid().partition(".")
        if kind == "text":
            assert area(boxes[owner]).grown(HINTING - dia.PAD).holds(area(text).grown(-0.02))
    for one, two in itertools.combinations(texts, 2):
        if one.get_gid() != two.get_gid():
            assert not area(one).grown(-0.01).overlaps(area(two).grown(-0.01))
    page = Rect(0, 0, *figure.get_size_inches())
    head, foot = area(figure._suptitle), area(figure._supxlabel)
    assert page.holds(head)
    assert page.holds(foot)
    assert foot.top < min(area(b).bottom for b in boxes.values())
    assert head.bottom > max(area(b).top for b in boxes.values())


@pytest.mark.parametrize(("name", "language"), list(itertools.product(GRAPHS, LANGUAGES)))
def test_inferred_parts_are_absent_by_default_and_dashed_when_shown(name, language):
    labels = Labels(language, TEXTS)
    graph = GRAPHS[name]
    inferred = {n.id for n in graph.nodes if not n.grounding.stated}
    links = {f"{e.source}-{e.target}" for e in graph.edges if not e.grounding.stated}
    assert len(inferred) == 4

    def parts(figure):
        dashes = {}
        for patch in figure.axes[0].patches:
            if isinstance(patch, FancyBboxPatch | PathPatch):
                dashes[patch.get_gid()] = patch.get_linestyle() not in ("solid", "-")
        return dashes

    default = parts(paper.diagram(graph, labels=labels))
    assert not any(default.values())
    assert not {f"box.{n}" for n in inferred} & set(default)
    assert not {f"arrow.{n}" for n in links} & set(default)
    figure = paper.diagram(graph, labels=labels, show_inferred=True)
    shown = parts(figure)
    assert {k for k, dashed in shown.items() if dashed} == {
        *(f"box.{n}" for n in inferred),
        *(f"arrow.{n}" for n in links),
    }
    assert set(default) < set(shown)
    for text in figure.axes[0].texts:
        kind, _, owner = text.get_gid().partition(".")
        if kind in ("text", "label"):
            assert (text.get_fontstyle() == "italic") == (owner in inferred | links)


@pytest.mark.parametrize(("name", "language"), list(itertools.product(GRAPHS, LANGUAGES)))
def test_the_figure_carries_the_caption_and_says_it_is_reconstructed(name, language):
    labels = Labels(language, TEXTS)
    for inferred, key in ((False, "inferred_hidden"), (True, "inferred_shown")):
        figure = paper.diagram(GRAPHS[name], labels=labels, show_inferred=inferred)
        note = figure.get_supxlabel().replace("\n", " ")
        assert figure.finding == labels("paper_figures.in_paper", caption=GRAPHS[name].caption[language])
        assert note.startswith(labels("paper_figures.reconstructed"))
        assert note.endswith(labels(f"paper_figures.{key}"))
        assert figure.about.startswith(labels("kind.published"))
        assert labels("paper_figures.source").rstrip(".") in figure.about


def test_every_label_of_a_shown_arrow_is_drawn_once_for_arrows_that_merge():
    diagram = laid("figure1", "en", False)
    labels = [(a.source, " ".join(a.label.lines)) for a in diagram.arrows if a.label]
    assert labels.count(("needs", "taken into account")) == 1
    assert sum(text == "taken into account" for _, text in labels) == 3
    assert len(labels) == 8


def test_the_same_graph_gives_the_same_bytes():
    def once():
        return style.render(paper.diagram(GRAPHS["figure2"], labels=Labels("kk", TEXTS)))

    assert once() == once()


def crossings(diagram):
    """Pairs of arrows that cross, touch or run over each other, and arrows that run over boxes.

    Arrows that share a box may run together towards it. An arrow may enter the frame of a box it
    leads to.
    """
    found = []
    named = [(f"{a.source}-{a.target}", a) for a in diagram.arrows]
    for (name, one), (other, two) in itertools.combinations(named, 2):
        shared = {one.source, one.target} & {two.source, two.target}
        for s in itertools.pairwise(one.points):
            for t in itertools.pairwise(two.points):
                if _meet(s, t, strict=bool(shared)):
                    found.append((name, other))
    for name, arrow in named:
        for box in diagram.boxes:
            around = box.frame and any(
                box.area.holds(b.area) for b in diagram.boxes if b.id in (arrow.source, arrow.target)
            )
            if box.id in (arrow.source, arrow.target) or around:
                continue
            for (x1, y1), (x2, y2) in itertools.pairwise(arrow.points):
                line = Rect(min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2)).grown(0.005)
                if line.overlaps(box.area):
                    found.append((name, box.id))
    return sorted(set(found))


def _meet(s, t, *, strict):
    """Whether two level or upright stretches meet; if strict, only in the midst of both."""

    def area(stretch, by):
        (x1, y1), (x2, y2) = stretch
        level = abs(y1 - y2) < 1e-9
        dx, dy = (by, 1e-6) if level else (1e-6, by)
        return Rect(min(x1, x2) - dx, min(y1, y2) - dy, max(x1, x2) + dx, max(y1, y2) + dy)

    by = -1e-3 if strict else 1e-3
    if not area(s, by).overlaps(area(t, by)):
        return False
    upright = [abs(a[0] - b[0]) < 1e-9 for a, b in (s, t)]
    return not strict or upright[0] != upright[1]


def box(name, left, bottom, frame=False, size=1.0):
    area = Rect(left, bottom, left + size, bottom + size)
    return Box(name, area, TextBlock((name,), area.middle), True, frame, False)


def arrow(source, target, *points):
    return Arrow(source, target, points, True, False)


def test_crossings_are_found():
    boxes = (box("a", 0, 0), box("b", 5, 0), box("c", 2, -4), box("d", 2, 4))
    across = arrow("a", "b", (1, 0.5), (5, 0.5))
    upright = arrow("c", "d", (2.5, -3), (2.5, 4))
    assert crossings(Diagram(6, 6, boxes, (across, upright))) == [("a-b", "c-d")]
    merged = arrow("a", "b", (1, 0.2), (3, 0.2), (3, 0.5), (5, 0.5))
    assert crossings(Diagram(6, 6, boxes, (across, merged))) == []
    touching = arrow("c", "d", (3, -3), (3, 0.5))
    assert crossings(Diagram(6, 6, boxes, (across, touching))) == [("a-b", "c-d")]
    along = arrow("c", "d", (2, 0.5), (4, 0.5))
    assert crossings(Diagram(6, 6, boxes, (across, along))) == [("a-b", "c-d")]
    over = (*boxes, box("e", 3, 0))
    assert crossings(Diagram(6, 6, over, (across,))) == [("a-b", "e")]
    around = (*boxes, box("f", -1, -1, frame=True, size=3.0))
    assert crossings(Diagram(6, 6, around, (across,))) == []


def test_lines_are_as_even_as_can_be_and_never_wider_than_asked():
    text = "Justification of priority areas for the development of science"
    for width in (0.9, 1.2, 1.55, 2.5):
        lines = dia.wrap(text, width)
        assert " ".join(lines) == text
        greedy = dia.wrap(text, width, even=False)
        assert len(lines) == len(greedy)
        widths, loose = ([dia.text_width(x, dia.TYPE) for x in ls] for ls in (lines, greedy))
        assert max(widths) <= width
        assert np.ptp(widths) <= np.ptp(loose)
    assert dia.wrap("incomprehensibilities", 0.2) == ("incomprehensibilities",)
    assert dia.wrap("технологи\u00adческого", 3.0) == ("технологического",)
    assert dia.wrap("научно-производственный", 1.0) == ("научно-", "производственный")


def test_an_arrow_to_the_left_and_upward_bends_where_it_should():
    graph = GRAPHS["figure1"].shown(inferred=True)
    edges = {(e.source, e.target): e for e in graph.edges}
    backward = edges["monitoring", "bodies"]
    areas = {"monitoring": Rect(4, 4, 5, 5), "bodies": Rect(0, 0, 1, 1)}
    assert dia._route(backward, areas) == ((4, 4.5), (2.5, 4.5), (2.5, 0.5), (1, 0.5))
    near = replace(backward, bend=0.5)
    assert dia._route(near, areas)[1] == (3.5, 4.5)
    late = replace(backward, bend=-0.5)
    assert dia._route(late, areas)[1] == (1.5, 4.5)
    up = replace(backward, vertical=True)
    assert dia._route(up, areas) == ((4.5, 4), (4.5, 2.5), (0.5, 2.5), (0.5, 1))


@pytest.fixture
def tables():
    ratios = pd.DataFrame(
        {
            "rule": ["half_up", "truncated"],
            "before": 86,
            "after": 50,
            "printed_ratio": "1.72",
            "printed_difference": "36",
        }
    )
    rows = [
        (2009, "49,24", "half_up", 65, 132, False, "yes"),
        (2009, "49,24", "half_up", 129, 262, False, "no"),
        (2009, "49,24", "half_up", 130, 264, False, "no"),
        (2009, "49,24", "truncated", 98, 199, False, "yes"),
        (2014, "49,14", "half_up", 57, 116, False, ""),
        (2014, "49,14", "half_up", 86, 175, True, ""),
        (2019, "43,10", "half_up", 50, 116, True, ""),
        (2019, "43,10", "half_up", 75, 174, False, ""),
    ]
    names = ["year", "printed", "rule", "degree_holders", "staff", "with_counts", "main_loss_after"]
    readings = pd.DataFrame(rows, columns=names)
    readings["exact"] = 100 * readings["degree_holders"] / readings["staff"]
    parts = pd.DataFrame(
        [
            (m, p, v)
            for m, size in (("shapley", -27.2127), ("lmdi", -27.2956), ("size_first", -28.99))
            for p, v in (("size", size), ("share", -36 - size), ("total", -36.0))
        ],
        columns=["method", "part", "people"],
    )
    return ratios, readings, parts


def draw_story(tables, language="en"):
    return paper.story(*tables, labels=Labels(language, TEXTS), staff_range=(20, 500))


def test_story_draws_the_proved_counts_and_every_reading(tables):
    over_time, staff, loss = draw_story(tables, "ru").axes
    line = next(x for x in over_time.lines if x.get_linewidth() == 2.4)
    assert line.get_xdata().tolist() == [2014, 2019]
    assert line.get_ydata().tolist() == [86, 50]
    marks = {x.get_label(): x.get_ydata().tolist() for x in over_time.lines}
    assert marks["больше потеряно после 2014"] == [65]
    assert marks["больше потеряно до 2014"] == [129, 130]
    texts = {t.get_text() for t in over_time.texts}
    assert {"65/132", "129/262, 130/264", "86 из 175 = 49,14%", "50 из 116 = 43,10%"} <= texts
    assert "в 1,72 раза,\nили на 36 человек" in texts
    assert "49,24%: подходят 3 пары\nцелых чисел, при штате\nот 20 до 500" in texts
    assert [round(p.get_width()) for p in staff.patches] == [86, 50, 89, 66]
    assert {t.get_text() for t in staff.texts} == {"86", "50", "89", "66", "175", "116"}
    assert [p.get_width() for p in loss.patches] == pytest.approx([-27.2127, -27.2956, -8.7873, -8.7044])
    assert [t.get_text() for t in loss.texts] == ["−27,2", "−27,3", "−8,8", "−8,7", "−36", "−36"]
    assert [t.get_text() for t in loss.get_yticklabels()] == ["Шепли", "LMDI"]
    hatches = {p.get_hatch() for p in (*staff.patches, *loss.patches)}
    assert len(hatches) == 4


def test_story_says_so_when_the_counts_are_open(tables):
    ratios, readings, parts = tables
    open_ = (ratios, readings.assign(with_counts=False), parts.iloc[:0])
    over_time, staff, loss = draw_story(open_).axes
    drawn = [x.get_ydata().tolist() for x in over_time.lines]
    assert drawn == [[65, 129, 130], [57, 86], [50, 75]]
    for axes in (staff, loss):
        assert axes.texts[0].get_text().replace("\n", " ") == TEXTS["paper_figures.story.not_proved"]["en"]
        assert not axes.patches
    assert not over_time.get_legend()


@pytest.mark.parametrize("language", LANGUAGES)
def test_texts_of_the_story_keep_apart(tables, language):
    figure = draw_story(tables, language)
    FigureCanvasAgg(figure)
    figure.set_dpi(200)  # as it is saved
    figure.draw_without_rendering()
    renderer = figure.canvas.get_renderer()
    artists = [t for axes in figure.axes for t in (*axes.texts, *axes.get_yticklabels())]
    artists += [axes.get_legend() for axes in figure.axes]
    artists += [axes.title if axes.title.get_text() else axes._left_title for axes in figure.axes]
    artists += [figure._suptitle, figure._supxlabel]
    boxes = [(a, a.get_window_extent(renderer)) for a in artists]
    boxes = [(a, b) for a, b in boxes if b.width > 1]
    assert len(boxes) > 20
    width, height = figure.get_size_inches() * figure.dpi
    for a, b in boxes:
        assert b.x0 >= 0, a
        assert b.x1 <= width, a
        assert b.y0 >= 0, a
        assert b.y1 <= height, a
    for (one, a), (two, b) in itertools.combinations(boxes, 2):
        assert not a.padded(-1).overlaps(b.padded(-1)), (one, two)
    panel = figure.axes[0]
    key = panel.get_legend().get_window_extent(renderer)
    for line in panel.lines:
        points = panel.transData.transform(np.column_stack([line.get_xdata(), line.get_ydata()]))
        for start, end in itertools.pairwise(points):
            assert not any(key.contains(*p) for p in np.linspace(start, end, 50))
