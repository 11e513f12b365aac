"""Methods of one's own: an example. A run takes them with ``methods: config/examples/own_methods.py``.

docs/methods.md says what a method is asked for. Names of methods may stand wherever those of the project's may.
"""

import numpy as np

import monotown


def gini(values):
    """Mean difference between two units, by indicator (Gini 1912): what spreads more weighs more."""
    return np.abs(values[:, None] - values[None]).mean(axis=(0, 1))


def tanh_score(x, direction=1, base=None, slope=0.5):
    """Tanh estimator, (1 + tanh(slope d (x - m) / s)) / 2: from 0 to 1, and outliers count for little."""
    away = (x - np.nanmean(base)) / np.nanstd(base)
    return (1 + np.tanh(slope * direction * away)) / 2


monotown.register(
    monotown.Weighting(
        "gini",
        gini,
        reference="Gini 1912",
        words={"en": "Gini’s mean difference", "ru": "Средняя разность Джини", "kk": "Джинидің орташа айырмасы"},
    )
)

monotown.register(
    monotown.Normalisation(
        "tanh_score",
        tanh_score,
        needs=("base",),
        parameters={"slope": 0.5, "scope": "pooled"},
        scores=monotown.Scores(0.0, 1.0, scale="unit"),
        reference="Hampel et al. 1986; Jain, Nandakumar and Ross 2005",
        words={"en": "Tanh estimator"},
    )
)
