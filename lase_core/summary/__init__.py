"""Everything `lase analyse` says about one game: class, Nash equilibria, learning field, rest points, gifts."""

from lase_core.summary.collect import Summary, summarise

__all__ = ["Summary", "summarise"]
