"""What the project's commands for people do: where results are, how the fonts are made."""

from pathlib import Path

import pytest
import yaml
from fontTools.ttLib import TTFont

from monotown.workflow import fonts
from monotown.workflow.where import where


def test_where_names_the_results_that_are_there(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    configs = {
        "config/config.yaml": {"results": "results"},
        "mine.yaml": {"results": "own"},
        "more.yaml": {"input": None},
        "empty.yaml": None,
    }
    for name, told in configs.items():
        Path(name).parent.mkdir(exist_ok=True)
        Path(name).write_text(yaml.safe_dump(told), encoding="utf-8")
    Path("own/tables").mkdir(parents=True)
    Path("own/report.html").write_text("", encoding="utf-8")
    assert where([]) == "Results are in results/:"
    said = where(["mine.yaml", "more.yaml", "empty.yaml"]).splitlines()
    assert said[0] == "Results are in own/:"
    assert [line.split()[0] for line in said[1:]] == ["own/report.html", "own/tables"]


@pytest.mark.parametrize("style", ["Regular", "Bold"])
def test_the_fonts_are_what_their_command_makes(tmp_path, monkeypatch, style):
    kept = fonts.FOLDER
    monkeypatch.setattr(fonts, "FOLDER", tmp_path / "fonts")
    fonts.main()
    name = f"MonotownSans-{style}.ttf"
    made, stored = (TTFont(folder / name) for folder in (tmp_path / "fonts", kept))
    assert made.getBestCmap() == stored.getBestCmap()
    assert set("Aя әғқңөұүһі α → ≤ ✓") <= {chr(code) for code in made.getBestCmap()}
    assert made["name"].getBestFamilyName() == fonts.FAMILY
    for table in ("glyf", "hmtx", "name"):
        assert made.getTableData(table) == stored.getTableData(table)
    licence = "LICENSE_DEJAVU"
    assert (tmp_path / "fonts" / licence).read_bytes() == (kept / licence).read_bytes()
