import pytest

from .conftest import snakemake

pytestmark = pytest.mark.workflow

PARTS = ("cohort", "scenarios", "mechanism", "hypothesis")


@pytest.mark.parametrize("off", [PARTS[:1], PARTS[1:], PARTS], ids="-".join)
def test_a_part_whose_file_is_null_is_left_out(fresh, off):
    project = fresh()
    (project / "less.yaml").write_text("".join(f"{p}: null\n" for p in off), encoding="utf-8")
    planned = snakemake(project, "-n", "--configfile", "less.yaml")
    told = planned.stdout + planned.stderr
    assert planned.returncode == 0, told[-3000:]
    for part in PARTS:
        assert (f"results/{part}/" in told) == (part not in off), part
    assert ("results/findings/answers.csv" in told) == (off != PARTS)
    assert "results/report.html" in told
    words = snakemake(project, "--cores", "1", "--configfile", "less.yaml", "--", "results/words.csv")
    assert words.returncode == 0, words.stderr[-3000:]


def test_a_part_is_added_by_a_folder_and_a_line_and_taken_away_by_its_line(fresh):
    project = fresh()
    folder = project / "workflow/parts/echo"
    (folder / "scripts").mkdir(parents=True)
    (folder / "captions").mkdir()
    (folder / "captions/echo.rst").write_text("Codes of the units.\n", encoding="utf-8")
    (folder / "scripts/echo.py").write_text(
        "from monotown.workflow import read_yaml, run, write_text\n\n"
        "i = snakemake.input\n"
        "run(lambda: write_text(' '.join(map(str, read_yaml(i[0]))), snakemake.output[0]))\n",
        encoding="utf-8",
    )
    (folder / "rules.smk").write_text(
        "rule echo:\n"
        "    input:\n        STUDY('units'),\n"
        "    output:\n        report(f'{RESULTS}/echo/codes.txt', caption=caption_file('echo')),\n"
        "    log:\n        f'{RESULTS}/logs/echo.log',\n"
        "    script:\n        'scripts/echo.py'\n",
        encoding="utf-8",
    )
    assert "echo" not in snakemake(project, "-n").stdout
    chart = project / "workflow/Snakefile"
    text = chart.read_text(encoding="utf-8")
    chart.write_text(text.replace("PARTS = [\n", 'PARTS = [\n    "echo",\n'), encoding="utf-8")
    assert "results/echo/codes.txt" in snakemake(project, "-n").stdout
    done = snakemake(project, "--cores", "1", "results/echo/codes.txt")
    assert done.returncode == 0, done.stderr[-3000:]
    assert "KZKAR" in (project / "results/echo/codes.txt").read_text(encoding="utf-8")

    chart.write_text(text.replace('    "hypothesis",', "    #"), encoding="utf-8")
    told = snakemake(project, "-n")
    assert told.returncode == 0, told.stderr[-3000:]
    assert "results/hypothesis/" not in told.stdout + told.stderr
    assert "results/report.html" in told.stdout + told.stderr


def test_the_map_itself_can_be_started(fresh):
    project = fresh()
    plans = [
        snakemake(project, "-n", *which).stdout.split("Job stats:")[1].split("\n\n")[0]
        for which in ((), ("-s", "workflow/Snakefile"))
    ]
    assert plans[0] == plans[1]
