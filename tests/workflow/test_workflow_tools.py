"""What the project's commands for people do: how the fonts are made."""

import fonts
import pytest
from fontTools.ttLib import TTFont


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
