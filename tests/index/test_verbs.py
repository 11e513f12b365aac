"""Everything that builds an index is reached from the package, and loaded when asked for."""

from __future__ import annotations

import importlib
import inspect
import json
import subprocess
import sys

import numpy as np
import pytest

import monotown
from monotown.methods.register import AGGREGATIONS, NORMALISATIONS, SCHEMES

NAN = float("nan")


def test_every_name_of_the_package_is_that_of_its_module() -> None:
    homes = {name: (home, name) for name, home in monotown._HOMES.items()} | monotown._RENAMED
    assert set(monotown.__all__) == {*homes, "__version__"} <= set(dir(monotown))
    for here, (home, there) in homes.items():
        assert inspect.unwrap(getattr(monotown, here)) is getattr(importlib.import_module(home), there)


def test_every_method_is_reached() -> None:
    own = {"minmax_sample": "minmax", "rank": "rank_score"}
    for name in NORMALISATIONS:
        assert callable(getattr(monotown, own.get(name, name)))
    for name in AGGREGATIONS:
        assert callable(getattr(monotown, name))
    others = {
        "pca": "pca_weights",
        "pca_varimax": "pca_varimax_weights",
        "ahp": "ahp_tree",
        "equal_importance": "equal_importance_weights",
    }
    for name, scheme in SCHEMES.items():
        assert inspect.unwrap(getattr(monotown, others.get(name, name))) is scheme.function
    for name in ("impute", "rubin", "treat", "mad_flags", "cronbach_alpha", "unit_coverage"):
        assert callable(getattr(monotown, name))


def test_an_unknown_name_is_no_attribute() -> None:
    with pytest.raises(AttributeError, match="'monotown' has no attribute 'normalize'"):
        _ = monotown.normalize


def loaded(code: str) -> set[str]:
    """Top-level names of the packages that a fresh interpreter has loaded after some code."""
    tell = "import sys, json\nprint(json.dumps([m.split('.')[0] for m in sys.modules]))"
    told = f"{code}\n{tell}"
    done = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True)
    return set(json.loads(done.stdout.splitlines()[-1]))


def test_the_package_is_imported_without_its_libraries() -> None:
    assert not loaded("import monotown") & {"numpy", "pandas", "pandera", "scipy", "statsmodels"}


def test_a_stage_does_not_load_what_it_seldom_uses() -> None:
    code = (
        "import monotown.index.build, monotown.index.structure\n"
        "from monotown import weigh\n"
        "print(weigh('equal_by_block', [[0.0, 1.0]], ['a', 'b']))"
    )
    found = loaded(code)
    assert {"numpy", "pandas"} <= found
    assert not found & {"pandera", "scipy", "statsmodels", "matplotlib", "sklearn"}


def test_normalise_by_every_method() -> None:
    x = [4.0, 1.0, NAN, 2.0]
    for name in NORMALISATIONS:
        settings = {"value": 5.0} if name == "distance_to_target" else {}
        z = monotown.normalise(x, name, goalposts=(0.0, 5.0), **settings)
        assert np.isnan(z[2])
        assert z[0] > z[1]
        if name != "distance_to_target":
            # turned round, the less is the better
            less = monotown.normalise(x, name, direction=-1, goalposts=(0.0, 5.0))
            assert less[0] < less[1]
    base = monotown.normalise([1.0, 3.0, 9.0], years=[2020, 2020, 2021], scope=2020, clip=False)
    assert base.tolist() == [0.0, 1.0, 4.0]
    with pytest.raises(ValueError, match="'zscore'"):
        monotown.normalise(x, "zscor")


def test_aggregate_by_every_method() -> None:
    z = np.array([[0.9, 0.8, 0.7], [0.5, 0.5, 0.5], [0.2, 0.1, 0.3]])
    for name in AGGREGATIONS:
        settings = {"orness": 0.3} if name == "owa" else {}
        found = monotown.aggregate(z, [2, 1, 1], name, **settings)
        assert monotown.rank(found).tolist() == [1.0, 2.0, 3.0], name
    many = monotown.aggregate(z, [[1, 0, 0], [0, 1, 0]])
    assert many.tolist() == pytest.approx(z[:, :2].T)
    assert monotown.aggregate([[0.0, 1.0]], how="geometric", floor=0.01).item() == pytest.approx(0.1)
    with pytest.raises(ValueError, match=r"expected \(units, measures\)"):
        monotown.aggregate([0.1, 0.2])


def test_impute_by_every_rule() -> None:
    assert monotown.impute([1.0, NAN, 2.0, 6.0], "median").tolist() == [1.0, 2.0, 2.0, 6.0]
    assert monotown.impute([1.0, NAN], "carry", years=[2010, 2011]).tolist() == [1.0, 1.0]
    x = [[1.0, 2.0], [2.0, 4.0], [3.0, 6.0], [4.0, NAN]]
    tables = monotown.impute(x, "mice", seed=3, tables=5)
    assert tables.shape == (5, 4, 2)
    assert set(tables[:, 3, 1]) <= {2.0, 4.0, 6.0}
    assert monotown.rubin(tables.mean(axis=(1, 2))).total >= 0
    for wrong, told in (
        ({"how": "mices"}, "'mice'"),
        ({"how": "mice"}, "give a seed"),
        ({"how": "carry"}, "give its years"),
    ):
        with pytest.raises(ValueError, match=told):
            monotown.impute([1.0, NAN], **wrong)
