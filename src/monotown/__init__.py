"""Measure scientific potential and quality of life in single-industry towns."""

from importlib.metadata import PackageNotFoundError, version

try:
    __version__ = version("monotown")
except PackageNotFoundError:  # run from a checkout that was not installed
    __version__ = "0.0.0"
