"""The run as a Provenance Run Crate: what made each result, from what, in words that machines share.

The profile that says most fits: a run is a workflow of steps, each a tool with inputs and results. Written here and not
by a library: nothing of it may hang on the clock, the machine or the order of the steps.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath, PureWindowsPath
from typing import Any, Final
from urllib.parse import quote

import pandas as pd

from monotown.report.steps import PIECE

#: The metadata of the crate, and the workflow in it, within the results.
METADATA: Final = "ro-crate-metadata.json"
WORKFLOW: Final = "workflow.smk"

#: Day on which this version of the software came out: a crate must have a date, and results have none of their own.
RELEASED: Final = "2026-11-23"

_CONTEXT: Final = ["https://w3id.org/ro/crate/1.1/context", "https://w3id.org/ro/terms/workflow-run/context"]
_CRATE: Final = "https://w3id.org/ro/crate/1.1"
_WORKFLOW_CRATE: Final = "https://w3id.org/workflowhub/workflow-ro-crate/1.0"
_LANGUAGE: Final = "https://w3id.org/workflowhub/workflow-ro-crate#snakemake"
_BIOSCHEMAS: Final = "https://bioschemas.org/profiles/ComputationalWorkflow/1.0-RELEASE"
_PROFILES: Final = {
    "https://w3id.org/ro/wfrun/process/0.5": ("Process Run Crate", "0.5"),
    "https://w3id.org/ro/wfrun/workflow/0.5": ("Workflow Run Crate", "0.5"),
    "https://w3id.org/ro/wfrun/provenance/0.5": ("Provenance Run Crate", "0.5"),
    _WORKFLOW_CRATE: ("Workflow RO-Crate", "1.0"),
}

#: Ending of a file to its media type.
_MEDIA: Final = {
    ".csv": "text/csv",
    ".html": "text/html",
    ".js": "text/javascript",
    ".css": "text/css",
    ".json": "application/json",
    ".md": "text/markdown",
    ".tex": "application/x-tex",
    ".svg": "image/svg+xml",
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".woff2": "font/woff2",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".yaml": "application/yaml",
    ".smk": "text/x-python",
    ".py": "text/x-python",
}

_Entity = dict[str, Any]


@dataclass(frozen=True)
class Ran:
    """What a run is told of beside its files.

    Attributes
    ----------
    title
        Of the study.
    version, commit
        Of the software; the commit is "" where it is not known.
    python
        Version of Python.
    packages
        Names of packages that the run stands on to their versions, Snakemake among them.
    config
        What the run was told to do.
    """

    title: str
    version: str
    commit: str
    python: str
    packages: Mapping[str, str]
    config: Mapping[str, Any]


def crate(
    ran: Ran,
    steps: pd.DataFrame,
    results: Mapping[str, str],
    inputs: Mapping[str, str],
    scripts: Mapping[str, tuple[str, str]],
    sources: pd.DataFrame,
) -> dict[str, Any]:
    """The metadata of the crate of a run.

    Parameters
    ----------
    ran
        What is told of the run.
    steps
        `monotown.report.steps.STEPS`.
    results
        Every file of the results to its SHA-256, `WORKFLOW` among them.
    inputs
        Every file that no step makes, and every piece of the study, by its name in `steps`, to its SHA-256.
    scripts
        Script to its SHA-256, and to the digest of all code that it stands on.
    sources
        ``file``, ``title``, ``publisher``, ``licence`` of raw files, texts.

    Returns
    -------
    dict
        JSON-LD. The same for the same run: no time of the clock, no name of a machine, no path outside the results.
    """
    told = _Told(ran, steps, results, inputs, scripts, sources)
    return {"@context": _CONTEXT, "@graph": [_single(entity) for entity in told.entities()]}


class _Told:
    """The entities of a crate."""

    def __init__(
        self,
        ran: Ran,
        steps: pd.DataFrame,
        results: Mapping[str, str],
        inputs: Mapping[str, str],
        scripts: Mapping[str, tuple[str, str]],
        sources: pd.DataFrame,
    ) -> None:
        self.ran, self.results, self.inputs, self.scripts = ran, results, inputs, scripts
        self.steps = [(str(name), rows) for name, rows in steps.groupby("step", sort=True)]
        self.rules = {str(r): str(s) for r, s in steps[["rule", "script"]].drop_duplicates().to_numpy()}
        self.sources = {str(row["file"]): row for row in sources.to_dict("records")}
        #: Folders that a step makes as a whole.
        outputs = steps.loc[steps["role"] == "output", "file"]
        self.folders = sorted(set(outputs) - set(results))

    def entities(self) -> Iterator[_Entity]:
        """All of them, the metadata file and the root first."""
        yield {
            "@id": METADATA,
            "@type": "CreativeWork",
            "about": _ref("./"),
            "conformsTo": [_ref(_CRATE), _ref(_WORKFLOW_CRATE)],
        }
        yield self.root()
        for address, (name, version) in _PROFILES.items():
            yield {"@id": address, "@type": "CreativeWork", "name": name, "version": version}
        yield {"@id": "#terms", "@type": "CreativeWork", "name": "Terms of the sources", "description": self.terms()}
        yield self.workflow()
        yield from self.software()
        yield from self.tools()
        yield from self.runs()
        yield from self.files()

    def root(self) -> _Entity:
        inside = [file for file in self.results if not any(file.startswith(f"{f}/") for f in self.folders)]
        parts = [*(_uri(file) for file in sorted(inside)), *(f"{_uri(f)}/" for f in self.folders)]
        return {
            "@id": "./",
            "@type": "Dataset",
            "name": f"Results: {self.ran.title}",
            "description": "Every result of a run of Monotown, with the step that made it and what it was made from.",
            "datePublished": RELEASED,
            "license": _ref("#terms"),
            "conformsTo": [_ref(address) for address in _PROFILES],
            "mainEntity": _ref(WORKFLOW),
            "mentions": [_ref("#engine-run"), _ref("#run"), *(_ref(_action(name)) for name, _ in self.steps)],
            "hasPart": [_ref(part) for part in parts],
        }

    def terms(self) -> str:
        """Every licence of the raw files, each once."""
        said = sorted({str(row["licence"]) for row in self.sources.values()})
        return "; ".join(said) or "not stated"

    def workflow(self) -> _Entity:
        return {
            "@id": WORKFLOW,
            "@type": ["File", "SoftwareSourceCode", "ComputationalWorkflow", "HowTo"],
            "name": "Monotown",
            "description": "The map of the workflow; its rules and scripts are those of the version that is named.",
            "version": f"{self.ran.version}{f' ({self.ran.commit})' if self.ran.commit else ''}",
            "license": "https://spdx.org/licenses/MIT",
            "programmingLanguage": _ref(_LANGUAGE),
            "conformsTo": _ref(_BIOSCHEMAS),
            "encodingFormat": _MEDIA[".smk"],
            "sha256": self.results[WORKFLOW],
            "hasPart": [_ref(_tool(script)) for script in sorted(set(self.rules.values()))],
            "step": [_ref(_rule(rule)) for rule in sorted(self.rules)],
            "softwareRequirements": [_ref(_package(n, v)) for n, v in sorted(self.ran.packages.items())],
        }

    def software(self) -> Iterator[_Entity]:
        yield {
            "@id": _BIOSCHEMAS,
            "@type": "CreativeWork",
            "name": "Bioschemas ComputationalWorkflow",
            "version": "1.0",
        }
        yield {
            "@id": _LANGUAGE,
            "@type": "ComputerLanguage",
            "name": "Snakemake",
            "identifier": _ref("https://doi.org/10.1093/bioinformatics/bts480"),
            "url": _ref("https://snakemake.readthedocs.io"),
        }
        yield {"@id": "#python", "@type": "ComputerLanguage", "name": "Python", "version": self.ran.python}
        for name, version in sorted(self.ran.packages.items()):
            yield {
                "@id": _package(name, version),
                "@type": "SoftwareApplication",
                "name": name,
                "softwareVersion": version,
                "url": _package(name, version),
            }

    def tools(self) -> Iterator[_Entity]:
        """The script of each rule, and the rule as a step of the workflow."""
        for script in sorted(set(self.rules.values())):
            digest, code = self.scripts[script]
            yield {
                "@id": _tool(script),
                "@type": "SoftwareSourceCode",
                "name": script,
                "description": "A script of the workflow; its version is the digest of all code that it stands on.",
                "version": code,
                "sha256": digest,
                "programmingLanguage": _ref("#python"),
            }
        for place, (rule, script) in enumerate(sorted(self.rules.items())):
            yield {
                "@id": _rule(rule),
                "@type": "HowToStep",
                "name": rule,
                "position": str(place),
                "workExample": _ref(_tool(script)),
            }

    def runs(self) -> Iterator[_Entity]:
        """The run of the engine, of the workflow, and of each step."""
        yield {
            "@id": "#engine-run",
            "@type": "OrganizeAction",
            "name": "Run of Snakemake",
            "description": "The engine starts each step when what it takes is made.",
            "instrument": _ref(_package("snakemake", self.ran.packages["snakemake"])),
            "object": [_ref(f"#control-{quote(name)}") for name, _ in self.steps],
            "result": _ref("#run"),
        }
        yield {
            "@id": "#run",
            "@type": "CreateAction",
            "name": "Run of the workflow",
            "description": "From raw figures and the study to every result.",
            "instrument": _ref(WORKFLOW),
            "object": [*(_ref(_input(name)) for name in sorted(self.inputs)), _ref("#config")],
            "result": [_ref(self.made(f)) for f in sorted({f for _, rows in self.steps for f in _of(rows, "output")})],
        }
        yield {
            "@id": "#config",
            "@type": "PropertyValue",
            "name": "config",
            "value": json.dumps(without_folders(self.ran.config), ensure_ascii=False, sort_keys=True, default=str),
        }
        for name, rows in self.steps:
            script, rule = str(rows["script"].iloc[0]), str(rows["rule"].iloc[0])
            inputs = [self.made(f) for f in _of(rows, "input")]
            inputs += [_input(f) for role in (PIECE, "source") for f in _of(rows, role)]
            yield {
                "@id": _action(name),
                "@type": "CreateAction",
                "name": name,
                "description": f"The rule {rule} of the workflow, carried out by {script}.",
                "instrument": _ref(_tool(script)),
                "object": [_ref(i) for i in inputs],
                "result": [_ref(self.made(f)) for f in _of(rows, "output")],
            }
            yield {
                "@id": f"#control-{quote(name)}",
                "@type": "ControlAction",
                "name": f"Start of {name}",
                "instrument": _ref(_rule(rule)),
                "object": _ref(_action(name)),
            }

    def made(self, file: str) -> str:
        """The id of a result."""
        return f"{_uri(file)}/" if file in self.folders else _uri(file)

    def files(self) -> Iterator[_Entity]:
        """Folders and files of the results, then what the run took."""
        for folder in self.folders:
            inside = sorted(file for file in self.results if file.startswith(f"{folder}/"))
            told = {"@id": f"{_uri(folder)}/", "@type": "Dataset", "name": folder}
            yield {
                **told,
                "description": f"The folder {folder} of the results.",
                "hasPart": [_ref(_uri(f)) for f in inside],
            }
        for file, digest in sorted(self.results.items()):
            if file != WORKFLOW:
                yield {"@id": _uri(file), "@type": "File", "name": file, **_media(file), "sha256": digest}
        for name, digest in sorted(self.inputs.items()):
            row = self.sources.get(name, {})
            told = {"@id": _input(name), "@type": "CreativeWork", "name": name, **_media(name), "sha256": digest}
            about = [str(row[k]) for k in ("title", "publisher", "licence") if row.get(k)]
            yield told | ({"description": "; ".join(about)} if about else {})


def _single(entity: _Entity) -> _Entity:
    """An entity in which a list of one is that one."""
    return {k: v[0] if isinstance(v, list) and len(v) == 1 else v for k, v in entity.items()}


def _of(rows: pd.DataFrame, role: str) -> list[str]:
    return sorted(str(f) for f in rows.loc[rows["role"] == role, "file"])


def _ref(address: str) -> dict[str, str]:
    return {"@id": address}


def _uri(file: str) -> str:
    return quote(file)


def _input(name: str) -> str:
    return f"#input-{quote(name)}"


def _tool(script: str) -> str:
    return f"#script-{quote(script)}"


def _action(step: str) -> str:
    return f"#step-{quote(step)}"


def _package(name: str, version: str) -> str:
    return f"https://pypi.org/project/{name}/{version}/"


def _rule(name: str) -> str:
    return f"#rule-{quote(name)}"


def _media(file: str) -> dict[str, str]:
    found = _MEDIA.get(PurePosixPath(file).suffix)
    return {"encodingFormat": found} if found else {}


def without_folders(value: Any) -> Any:
    """A config without the folders of a machine: of an absolute path its last part.

    Examples
    --------
    >>> without_folders({"files": ["/home/me/a.xlsx", "b.csv"], "share": 0.5, "at": "C:/me/c.csv"})
    {'files': ['a.xlsx', 'b.csv'], 'share': 0.5, 'at': 'c.csv'}
    """
    if isinstance(value, Mapping):
        return {str(k): without_folders(v) for k, v in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [without_folders(v) for v in value]
    if isinstance(value, str) and re.match(r"/[^/\s]|[A-Za-z]:[\\/]", value):
        return (PureWindowsPath(value) if ":" in value[:2] else PurePosixPath(value)).name
    return value
