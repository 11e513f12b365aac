"""Check a config against its schema: every problem at once, each with the nearest valid name."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

from monotown.base.problems import Problem, nearest

if TYPE_CHECKING:
    from jsonschema.exceptions import ValidationError


def schema_problems(
    content: object, schema: Mapping[str, Any], file: str, lines: Mapping[tuple[str | int, ...], int] | None = None
) -> list[Problem]:
    """Problems of a config, in the order of its keys.

    Parameters
    ----------
    content
        The parsed config.
    schema
        A JSON schema (draft 2020-12). A ``description`` beside a constraint is quoted as what was
        expected; without one the constraint itself is.
    file
        Name of the file, for the messages.
    lines
        Line of each key path, where known.

    Returns
    -------
    list of Problem
        Empty if the config is valid.

    Examples
    --------
    >>> schema = {"type": "object", "properties": {"draws": {"type": "integer", "minimum": 1}},
    ...           "additionalProperties": False}
    >>> for problem in schema_problems({"draw": 5}, schema, "config.yaml"):
    ...     print(problem)
    config.yaml, draw: found 'draw'; expected 'draws' (did you mean this?), or one of: draws
    >>> print(schema_problems({"draws": 0}, schema, "config.yaml")[0])
    config.yaml, draws: found '0'; expected a value of at least 1
    """
    from jsonschema import Draft202012Validator  # a third of a second, for who checks a config

    known = lines or {}
    problems: dict[tuple[tuple[str | int, ...], Problem], None] = {}  # each once, in order
    for error in Draft202012Validator(dict(schema)).iter_errors(content):
        for path, found, expected in _explain(error):
            where = ".".join(str(p) for p in path) or "top level"
            if path in known:
                where = f"line {known[path]}, {where}"
            problems[path, Problem(file, where, found, expected)] = None
    for path, number in _not_finite(content, ()):
        # JSON schema compares: a number that is not one passes every limit
        problems = {k: v for k, v in problems.items() if k[0] != path}
        where = ".".join(str(p) for p in path) or "top level"
        where = f"line {known[path]}, {where}" if path in known else where
        problems[path, Problem(file, where, str(number), "a finite number")] = None
    return [p for _, p in sorted(problems, key=lambda pair: [str(k) for k in pair[0]])]


def _not_finite(content: object, path: tuple[str | int, ...]) -> Iterator[tuple[tuple[str | int, ...], float]]:
    if isinstance(content, float) and not math.isfinite(content):
        yield path, content
    elif isinstance(content, Mapping):
        for key, value in content.items():
            yield from _not_finite(value, (*path, key))
    elif isinstance(content, list):
        for i, value in enumerate(content):
            yield from _not_finite(value, (*path, i))


def _explain(error: ValidationError) -> list[tuple[tuple[str | int, ...], str, str]]:
    path = tuple(error.absolute_path)
    schema: Any = error.schema
    instance: Any = error.instance
    limit: Any = error.validator_value
    if error.validator == "additionalProperties":
        valid = list(schema.get("properties", {}))
        unknown = [k for k in instance if k not in valid]
        return [((*path, str(k)), str(k), nearest(str(k), valid)) for k in unknown]
    if error.validator == "required":
        return [
            ((*path, k), "nothing", schema.get("properties", {}).get(k, {}).get("description", "a value"))
            for k in limit
            if k not in instance
        ]
    if error.validator == "uniqueItems":
        expected = str(schema.get("description", "no entry twice"))
        again = [i for i, v in enumerate(instance) if v in instance[:i]]
        return [((*path, i), str(instance[i]), expected) for i in again] or [(path, str(instance), expected)]
    if error.validator == "enum":
        expected = nearest(str(instance), [str(v) for v in limit])
    elif "description" in schema:
        expected = str(schema["description"])
    else:
        expected = _constraint(str(error.validator), limit)
    return [(path, str(instance), expected)]


#: Types of a JSON schema in words.
_TYPES: Final = {
    "object": "a mapping",
    "array": "a list",
    "string": "a text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "null": "null",
}


def _constraint(name: str, limit: Any) -> str:
    """What a constraint without a description asks for, in words."""
    match name:
        case "type":
            return " or ".join(_TYPES[kind] for kind in ([limit] if isinstance(limit, str) else limit))
        case "minimum":
            return f"a value of at least {limit}"
        case "maximum":
            return f"a value of at most {limit}"
        case "exclusiveMinimum":
            return f"a value above {limit}"
        case "exclusiveMaximum":
            return f"a value below {limit}"
        case "minItems" | "minProperties":
            return f"at least {limit} entries"
        case "maxItems" | "maxProperties":
            return f"at most {limit} entries"
        case "minLength":
            return f"at least {limit} characters"
        case "pattern":
            return f"a text that fits {limit}"
        case "const":
            return nearest("", [str(limit)])
        case "not":
            return "another value"
        case "dependentRequired":
            return "keys that go together: " + "; ".join(", ".join([key, *with_it]) for key, with_it in limit.items())
    return "a value that its schema allows"
