"""Arithmetic over variables, written in a config: parsed, checked and computed, never executed."""

from __future__ import annotations

import ast
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple, TypeAlias

import numpy as np

from monotown.base.arrays import Array, Mask
from monotown.base.problems import Problem, nearest

#: Functions of a formula and the number of arguments each takes.
FUNCTIONS: Final[Mapping[str, int]] = {"log": 1, "lag": 2, "change": 2, "growth": 2, "nation": 1}

#: Operations of a formula one in another: far more than a reader follows, far fewer than Python's.
DEEPEST: Final = 200

_OPERATORS = (ast.Add, ast.Sub, ast.Mult, ast.Div)
_SIGNS = (ast.UAdd, ast.USub)


class Use(NamedTuple):
    """One variable as a formula uses it: so many years earlier, of the unit or of the nation."""

    variable: str
    lag: int = 0
    nation: bool = False

    @property
    def input(self) -> str:
        """Name of its values: the variable, or ``nation(variable)``."""
        return f"nation({self.variable})" if self.nation else self.variable


#: Values of a use.
Read: TypeAlias = Callable[[Use], Array]


class Evaluated(NamedTuple):
    """Values, and where they are missing though every input is known."""

    values: Array
    divided_by_zero: Mask
    log_of_nonpositive: Mask


@dataclass(frozen=True)
class Expression:
    """A parsed formula.

    Attributes
    ----------
    text
        As written.
    uses
        Variables it uses, with lags, sorted.

    Examples
    --------
    >>> rate = parse("1000 * births / lag(people, 1)")
    >>> rate.uses
    (Use(variable='births', lag=0, nation=False), Use(variable='people', lag=1, nation=False))
    >>> found = rate.evaluate({"births": np.array([2.0, 3.0]), "people": np.array([100.0, 150.0])})
    >>> found.values.tolist()
    [nan, 30.0]
    """

    text: str
    tree: ast.expr
    uses: tuple[Use, ...]

    @property
    def variables(self) -> tuple[str, ...]:
        """Names of the variables, sorted."""
        return tuple(sorted({u.variable for u in self.uses}))

    @property
    def inputs(self) -> tuple[str, ...]:
        """Names of the values it needs, sorted: variables, and ``nation(variable)``."""
        return tuple(sorted({u.input for u in self.uses}))

    @property
    def reach(self) -> int:
        """Number of years the formula looks back."""
        return max((u.lag for u in self.uses), default=0)

    @property
    def ratio(self) -> tuple[Use, Use] | None:
        """The variable and the one that it is divided by, where the formula is their ratio times a number.

        Examples
        --------
        >>> parse("10000 * researchers / people").ratio
        (Use(variable='researchers', lag=0, nation=False), Use(variable='people', lag=0, nation=False))
        >>> parse("a * b / c").ratio, parse("(a + b) / c").ratio
        (None, None)
        """
        above, below = _factors(self.tree, 0) or ((), ())
        return (above[0], below[0]) if len(above) == len(below) == 1 else None

    def evaluate(self, values: Mapping[str, Array]) -> Evaluated:
        """Compute the formula.

        Parameters
        ----------
        values
            Each of `inputs` to its values, all of one shape whose last axis is consecutive years;
            NaN is missing. The value of the nation stands for each unit under
            ``nation(variable)``.

        Returns
        -------
        Evaluated
            A value is missing where an input is, where a number is divided by zero, and where a
            logarithm is taken of a number not above 0; the latter two are told apart.

        Raises
        ------
        KeyError
            If `values` lacks an input.
        """

        def read(use: Use) -> Array:
            return _shift(np.asarray(values[use.input], dtype=np.float64), use.lag)

        with np.errstate(all="ignore"):
            found = _evaluate(self.tree, read)
        shape = np.broadcast_shapes(found.values.shape, *(values[v].shape for v in self.inputs))
        return Evaluated(
            np.broadcast_to(found.values, shape).copy(),
            np.broadcast_to(found.divided_by_zero, shape).copy(),
            np.broadcast_to(found.log_of_nonpositive, shape).copy(),
        )

    def at(self, values: Mapping[Use, Array]) -> Array:
        """Compute the formula of values that are given for each use of it: of the year, and of those before.

        Parameters
        ----------
        values
            Each of `uses` to its values, of shapes that broadcast.

        Returns
        -------
        ndarray
            NaN where `evaluate` gives none.

        Examples
        --------
        >>> rate = parse("1000 * births / lag(people, 1)")
        >>> rate.at({Use("births"): np.array([2.0, 3.0]), Use("people", 1): np.array([100.0, 0.0])}).tolist()
        [20.0, nan]
        """
        with np.errstate(all="ignore"):
            return _evaluate(self.tree, values.__getitem__).values


def parse(text: str) -> Expression:
    """Parse a formula.

    Parameters
    ----------
    text
        Numbers, variable names, ``+ - * /``, parentheses and `FUNCTIONS`: ``log(x)``;
        ``lag(x, n)``, the value n years earlier; ``change(x, n)``, the value less the one n years
        earlier; ``growth(x, n)``, the same in percent of the one n years earlier; ``nation(x)``,
        the value of the nation in the same year.

    Raises
    ------
    ValueError
        If it holds anything else, more than `DEEPEST` operations one in another (a sum of n terms
        has n - 1), a number that is not finite, or a division by what is 0 whatever the values; the
        message says what was found and what was expected.

    Examples
    --------
    >>> parse("growth(researchers, 5) + 1").reach
    5
    >>> parse("__import__('os')")
    Traceback (most recent call last):
    ...
    ValueError: found function '__import__'; expected one of: change, growth, lag, log, nation
    """
    try:
        tree = ast.parse(" ".join(text.split()), mode="eval").body
    except (SyntaxError, ValueError):
        raise ValueError(f"found {_short(text)!r}; expected a formula such as 100 * a / b") from None
    except (RecursionError, MemoryError):
        raise ValueError(f"found {_short(text)!r}; expected {_SHALLOW}") from None
    if _depth(tree) > DEEPEST:
        raise ValueError(f"found {_short(text)!r}; expected {_SHALLOW}")
    uses = sorted(set(_walk(tree, 0)))
    if not uses:
        raise ValueError(f"found {text!r}; expected a formula with at least one variable")
    return Expression(text, tree, tuple(uses))


def formula_problems(text: str, variables: Sequence[str], file: str, where: str) -> list[Problem]:
    """What is wrong with a formula: its form, or names that no variable has.

    Parameters
    ----------
    text
        The formula.
    variables
        Names there are.
    file, where
        Place of the formula, for the messages.

    Examples
    --------
    >>> print(*formula_problems("100 * resarchers", ["researchers"], "measures.yaml", "a.formula"))
    measures.yaml, a.formula: found 'resarchers'; expected 'researchers' (did you mean this?), or \
one of: researchers
    """
    try:
        expression = parse(text)
    except ValueError as error:
        found, _, expected = str(error).partition("; expected ")
        return [Problem(file, where, found.removeprefix("found ").strip("'"), expected)]
    return [
        Problem(file, where, name, nearest(name, variables)) for name in expression.variables if name not in variables
    ]


_SHALLOW = f"a formula of at most {DEEPEST} operations one in another"


def _short(text: str) -> str:
    """The start of a text, for a message."""
    return text if len(text) <= 200 else text[:200] + "…"


def _depth(tree: ast.expr) -> int:
    """Operations one in another, counted without recursion."""
    deepest, level = 0, [tree]
    while level:
        level = [c for n in level for c in ast.iter_child_nodes(n) if isinstance(c, ast.expr)]
        deepest += bool(level)
    return deepest


def _walk(node: ast.expr, lag: int, nation: bool = False) -> Iterator[Use]:
    """Check a node and yield the variables below it."""
    match node:
        case ast.Constant(value=bool() | str() | bytes() | complex() | None):
            raise ValueError(f"found {ast.unparse(node)!r}; expected a number")
        case ast.Constant(value=int() | float() as number):
            try:
                finite = math.isfinite(number)
            except OverflowError:
                finite = False
            if not finite:
                raise ValueError(f"found {_short(ast.unparse(node))!r}; expected a finite number")
        case ast.Name(id=name):
            yield Use(name, lag, nation)
        case ast.BinOp(left=left, op=op, right=right) if isinstance(op, _OPERATORS):
            yield from _walk(left, lag, nation)
            below = list(_walk(right, lag, nation))
            yield from below
            if isinstance(op, ast.Div) and not below and _evaluate(right, _unread).values == 0:
                found = _short(ast.unparse(node))
                raise ValueError(f"found {found!r}; expected a divisor that is not always 0")
        case ast.UnaryOp(op=op, operand=operand) if isinstance(op, _SIGNS):
            yield from _walk(operand, lag, nation)
        case ast.Call(func=ast.Name(id=name), args=arguments, keywords=[]):
            _check_call(name, arguments)
            of_nation = nation or name == "nation"
            if name != "lag":
                yield from _walk(arguments[0], lag, of_nation)
            if FUNCTIONS[name] == 2:
                yield from _walk(arguments[0], lag + _years(arguments[1]), of_nation)
        case _:
            raise ValueError(
                f"found {ast.unparse(node)!r}; expected numbers, variables, + - * /, parentheses, "
                f"or a function, one of: {', '.join(sorted(FUNCTIONS))}"
            )


def _factors(node: ast.expr, lag: int) -> tuple[tuple[Use, ...], tuple[Use, ...]] | None:
    """Variables that a formula multiplies and those that it divides by; None where it does anything else."""
    match node:
        case ast.Constant():
            return (), ()
        case ast.Name(id=name):
            return (Use(name, lag),), ()
        case ast.UnaryOp(op=ast.UAdd(), operand=operand):
            return _factors(operand, lag)
        case ast.BinOp(left=left, op=ast.Mult() | ast.Div() as op, right=right):
            one, other = _factors(left, lag), _factors(right, lag)
            if one is None or other is None:
                return None
            up, down = other if isinstance(op, ast.Mult) else other[::-1]
            return one[0] + up, one[1] + down
        case ast.Call(func=ast.Name(id="lag"), args=[inner, years]):
            return _factors(inner, lag + _years(years))
    return None


def _unread(use: Use) -> Array:
    raise AssertionError(use)  # of a part that has no variable


def _check_call(name: str, arguments: list[ast.expr]) -> None:
    if name not in FUNCTIONS:
        raise ValueError(f"found function {name!r}; expected {nearest(name, list(FUNCTIONS))}")
    if len(arguments) != FUNCTIONS[name]:
        raise ValueError(f"found {len(arguments)} arguments of {name}; expected {FUNCTIONS[name]}")
    if FUNCTIONS[name] == 2:
        _years(arguments[1])


def _years(node: ast.expr) -> int:
    if isinstance(node, ast.Constant) and type(node.value) is int and 0 < node.value <= 100:
        return node.value
    raise ValueError(f"found {ast.unparse(node)!r}; expected a whole number of years, 1 to 100")


def _evaluate(node: ast.expr, read: Read, lag: int = 0, nation: bool = False) -> Evaluated:
    match node:
        case ast.Constant(value=number):
            assert isinstance(number, (int, float))
            return _known(np.array(float(number)))
        case ast.Name(id=name):
            return _known(np.asarray(read(Use(name, lag, nation)), dtype=np.float64))
        case ast.UnaryOp(op=op, operand=operand):
            inner = _evaluate(operand, read, lag, nation)
            return inner._replace(values=-inner.values) if isinstance(op, ast.USub) else inner
        case ast.BinOp(left=left, op=op, right=right):
            return _combine(op, _evaluate(left, read, lag, nation), _evaluate(right, read, lag, nation))
        case ast.Call(func=ast.Name(id=name), args=arguments):
            earlier = _years(arguments[1]) if FUNCTIONS[name] == 2 else 0
            if name == "lag":
                return _evaluate(arguments[0], read, lag + earlier, nation)
            inner = _evaluate(arguments[0], read, lag, nation or name == "nation")
            if name == "nation":
                return inner
            if name == "log":
                wrong = inner.values <= 0
                result = np.where(wrong, np.nan, np.log(np.where(wrong, 1.0, inner.values)))
                return inner._replace(values=result, log_of_nonpositive=inner.log_of_nonpositive | wrong)
            before = _evaluate(arguments[0], read, lag + earlier, nation)
            change = _combine(ast.Sub(), inner, before)
            if name == "change":
                return change
            ratio = _combine(ast.Div(), change, before)
            return ratio._replace(values=100.0 * ratio.values)
    raise AssertionError(ast.dump(node))  # parse() lets nothing else through


#: Nothing wrong, of any shape.
_NOWHERE: Final = np.zeros((), dtype=bool)


def _known(values: Array) -> Evaluated:
    return Evaluated(values, _NOWHERE, _NOWHERE)


def _combine(op: ast.operator, a: Evaluated, b: Evaluated) -> Evaluated:
    zero = _NOWHERE
    match op:
        case ast.Add():
            result = a.values + b.values
        case ast.Sub():
            result = a.values - b.values
        case ast.Mult():
            result = a.values * b.values
        case _:
            zero = (b.values == 0) & ~np.isnan(a.values)
            result = np.where(b.values == 0, np.nan, a.values / b.values)
    return Evaluated(
        np.asarray(result),
        np.asarray(a.divided_by_zero | b.divided_by_zero | zero),
        np.asarray(a.log_of_nonpositive | b.log_of_nonpositive),
    )


def _shift(x: Array, years: int) -> Array:
    """Every value moved `years` later along the last axis; what moves in is missing."""
    if years == 0 or x.ndim == 0:
        return x
    moved = np.full_like(x, np.nan)
    if years < x.shape[-1]:
        moved[..., years:] = x[..., :-years]
    return moved
