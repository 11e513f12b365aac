import pytest
from broken import Broken, broken_files, write_broken
from towns_support import labels, read_path

from monotown.data.workbooks.findings import ERROR, in_words

FILES = broken_files()


def test_there_are_at_least_sixty_each_with_a_name_of_its_own():
    assert len({b.file for b in FILES}) == len(FILES) >= 60


@pytest.mark.parametrize("broken", FILES, ids=[b.file for b in FILES])
def test_broken_file_gets_its_message(broken: Broken, tmp_path):
    write_broken(tmp_path, [broken])
    _, findings = read_path(tmp_path / broken.file)
    errors = [f for f in findings if f.severity == ERROR]
    told = [(f.code, f.cell) for f in errors]
    assert (broken.code, broken.cell) in told
    mine = errors[told.index((broken.code, broken.cell))]
    if broken.found:
        assert mine.found == broken.found
    assert len(errors) == 1, told  # one mistake, one message
    for language in ("en", "ru", "kk"):
        expected, mend = in_words(mine, labels(language))
        assert expected
        assert mend
        assert "{" not in expected + mend
