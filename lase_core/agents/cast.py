"""Who plays: learners and scripted players by name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lase_core.empathy import ESTIMATORS
from lase_core.envs import nearest
from lase_core.envs.players import PLAYERS

__all__ = ["LEARNERS", "Part", "cast"]

LEARNERS = ("lase", "a2c", "go")
"""Those who learn: with gifts by relationship, for their own total reward, for the mean of all rewards."""


@dataclass(frozen=True)
class Part:
    """What one player is."""

    kind: str
    """One of :data:`LEARNERS`, or a scripted player."""
    estimator: str = ""
    """Of LASE: how it models the others."""

    @property
    def learns(self) -> bool:
        """Whether it has an acting network."""
        return self.kind in LEARNERS

    def __str__(self) -> str:
        """Return the name that :func:`cast` reads."""
        return f"{self.kind}:{self.estimator}" if self.estimator else self.kind


def cast(agents: str | Sequence[str], n_agents: int) -> tuple[Part, ...]:
    """Read who plays.

    Parameters
    ----------
    agents : str or sequence of str
        One for all, or one for each player, or a text with commas between: ``lase``, ``lase:oracle`` (or another
        estimator), ``a2c``, ``go``, ``random``, ``cooperator``, ``defector``, ``caretaker``.
    n_agents : int
        Players of the world.

    Returns
    -------
    tuple of Part

    Raises
    ------
    ValueError
        An unknown player or estimator (the nearest are named), or a wrong number of them.

    Examples
    --------
    >>> [str(part) for part in cast("lase,a2c", 2)]
    ['lase:perspective', 'a2c']
    """
    names = agents.split(",") if isinstance(agents, str) else list(agents)
    if len(names) == 1:
        names *= n_agents
    if len(names) != n_agents:
        msg = f"the world has {n_agents} players, got {len(names)} agents: give as many, or one for all"
        raise ValueError(msg)
    return tuple(_part(name.strip().lower()) for name in names)


def _part(name: str) -> Part:
    kind, colon, estimator = name.partition(":")
    known = (*LEARNERS, *PLAYERS)
    if kind not in known:
        msg = f"unknown agent {kind!r}; did you mean {nearest(kind, known)}?"
        raise ValueError(msg)
    if colon and kind != "lase":
        msg = f"only lase has an estimator, got {name!r}"
        raise ValueError(msg)
    if kind == "lase" and (estimator or "perspective") not in ESTIMATORS:
        msg = f"unknown estimator {estimator!r} of {name!r}; did you mean {nearest(estimator, ESTIMATORS)}?"
        raise ValueError(msg)
    return Part(kind, estimator or "perspective") if kind == "lase" else Part(kind)
