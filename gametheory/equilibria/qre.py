r"""Logit quantal response equilibria: where Boltzmann Q-learning rests.

In a logit quantal response equilibrium every player answers the others' policies with

.. math:: x_{ik} = \frac{e^{\lambda u_i(k, x_{-i})}}{\sum_l e^{\lambda u_i(l, x_{-i})}} ,

where :math:`\lambda \ge 0` is the *rationality* [1]_. At :math:`\lambda = 0` everybody plays the uniform policy; limits
for :math:`\lambda \to \infty` are Nash equilibria. The equilibria are the interior rest points of
:func:`~gametheory.rules.boltzmann_q` at temperature :math:`\tau = 1/\lambda`. The curve of equilibria that starts at
the uniform profile is the *principal branch* [1]_ [2]_.

References
----------
.. [1] R. D. McKelvey, T. R. Palfrey. "Quantal response equilibria for normal form games". Games and Economic Behavior
   10, 1995.
.. [2] T. L. Turocy. "A dynamic homotopy interpretation of the logistic quantal response equilibrium correspondence".
   Games and Economic Behavior 51, 2005.
"""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from gametheory.equilibria.qre_branches import BranchLost, LogOdds, follow, search
from gametheory.equilibria.qre_results import LogitBranch, LogitEquilibria, LogitEquilibrium
from gametheory.equilibria.qre_two_by_two import Box, LogitPair
from gametheory.game import Game

__all__ = ["LogitBranch", "LogitEquilibria", "LogitEquilibrium", "logit_branch", "logit_qre"]

Array = NDArray[np.float64]

_MOST_NUMBERS = 20_000  # payoffs of all players together
_MOST_COORDINATES = 100
_LARGEST = 1e100  # rationality times payoff range; squares of it must stay finite
_FLAT = 1e-6  # eigenvalues nearer to zero leave the stability open, where nothing is proved


def logit_qre(game: Game, *, rationality: float | None = None, temperature: float | None = None) -> LogitEquilibria:
    r"""Logit quantal response equilibria: all of them for 2×2 games.

    Parameters
    ----------
    game : Game
        Numeric payoffs, any number of players.
    rationality : float
        λ ≥ 0, per unit of payoff.
    temperature : float
        τ = 1/λ > 0, in units of payoff; give one of the two.

    Returns
    -------
    LogitEquilibria
        2×2 games (players without a choice do not count): all equilibria, with proof, unless a box is listed as
        undecided. Other games: the principal branch and what Newton's method finds from many starts. This is complete
        only if one player decides, or λ is so small that replies contract.

    Raises
    ------
    ValueError
        Both or none of `rationality` and `temperature`, one that is negative or not finite, a symbolic game, one that
        is too large.

    Notes
    -----
    *Proved for 2×2 games*, about the payoffs as given and λ as rounded: the number of equilibria, boxes that separate
    them, and their stability, by interval enclosures [1]_ of one scalar equation. The eigenvalues are
    :math:`-1 \pm \sqrt{g'}` with the slope g' of that equation. Near a degenerate equilibrium the result has
    ``complete=False`` and an undecided box.

    *Which 2×2 equilibrium is principal.* Let the game be one of coordination (else there is one equilibrium). If both
    players lean to the same equilibrium against the uniform policy, none of them can be indifferent while the other
    leans likewise, so the branch stays in that quadrant of log-odds. There F is concave (or convex) and has one zero.
    If they lean to different ones, the branch is followed numerically.

    *Other games* take time with the number of players: seconds for six players with two actions each.

    References
    ----------
    .. [1] R. E. Moore, R. B. Kearfott, M. J. Cloud. "Introduction to Interval Analysis". SIAM, 2009. Chapter 8.

    Examples
    --------
    Above its pitchfork at λ = 2 a stag hunt has three equilibria:

    >>> print(logit_qre(Game.from_bimatrix([[4, 1], [3, 2]]), rationality=3))
    (0.0707202, 0.92928) × (0.0707202, 0.92928)  sink
    (0.5, 0.5) × (0.5, 0.5)  saddle, principal branch
    (0.92928, 0.0707202) × (0.92928, 0.0707202)  sink
    complete: interval enclosures in log-odds
    """
    rationality = _rationality(rationality, temperature)
    equations = _equations(game, rationality)
    if [size for size in equations.n_actions if size > 1] == [2, 2]:
        return _two_by_two(game, equations, rationality)
    return _general(game, equations, rationality)


def logit_branch(game: Game, rationality_max: float) -> LogitBranch:
    """Principal branch of logit equilibria, from the uniform profile on.

    Parameters
    ----------
    game : Game
        Numeric payoffs, any number of players.
    rationality_max : float
        λ > 0 at which to stop; the branch is followed until it first gets there.

    Returns
    -------
    LogitBranch
        The last point is at `rationality_max`.

    Raises
    ------
    ValueError
        A rationality that is not positive and finite, a symbolic game, one that is too large.
    BranchLost
        A ``RuntimeError``: the continuation got stuck, as it may where branches meet without crossing.

    Notes
    -----
    Pseudo-arclength continuation in log-odds [1]_. Near-symmetric games have branches that nearly cross; they are told
    apart down to distances of about 1e-4 in log-odds.

    References
    ----------
    .. [1] E. L. Allgower, K. Georg. "Introduction to Numerical Continuation Methods". SIAM, 2003.

    Examples
    --------
    >>> branch = logit_branch(Game.from_bimatrix([[4, 1], [3, 2]]), 5)
    >>> branch.policies[0][-1]
    array([0.5, 0.5])
    >>> [round(crossing, 3) for crossing in branch.crossings]
    [2.0]
    """
    if not (rationality_max > 0 and math.isfinite(rationality_max)):
        msg = f"rationality_max must be positive and finite, got {rationality_max}"
        raise ValueError(msg)
    equations = _equations(game, rationality_max)
    rationality, y, crossings = follow(equations, float(rationality_max))
    profiles = [equations.policies(point) for point in y]
    policies = tuple(np.stack(column) for column in zip(*profiles, strict=True))
    x = np.concatenate([policy[:, :-1] for policy in policies], axis=1)
    return LogitBranch(rationality, policies, x, crossings)


# ---------------------------------------------------------------------------------------------- what is asked
def _rationality(rationality: float | None, temperature: float | None) -> float:
    if (rationality is None) == (temperature is None):
        msg = f"give one of rationality and temperature, got rationality={rationality}, temperature={temperature}"
        raise ValueError(msg)
    if rationality is not None:
        if not 0 <= rationality < math.inf:
            msg = f"rationality must be finite and not negative, got {rationality}"
            raise ValueError(msg)
        return float(rationality)
    if temperature is None or not (0 < temperature < math.inf and math.isfinite(1 / temperature)):
        msg = f"temperature must be positive and finite, got {temperature}; rationality=0 is the uniform profile"
        raise ValueError(msg)
    return 1 / temperature


def _equations(game: Game, rationality: float) -> LogOdds:
    """Check sizes; then the logit equations."""
    numeric = game.numeric  # raises while symbols are unbound
    size, dimension = math.prod((game.n_players, *game.n_actions)), sum(game.n_actions) - game.n_players
    if size > _MOST_NUMBERS or dimension > _MOST_COORDINATES:
        msg = (
            f"logit equilibria are searched in games of at most {_MOST_NUMBERS:,} payoffs and {_MOST_COORDINATES} free "
            f"probabilities; this one has {size:,} and {dimension}. Integrate gt.rules.boltzmann_q instead: "
            "its sinks are logit equilibria"
        )
        raise ValueError(msg)
    with np.errstate(over="ignore"):
        reach = float(np.ptp(numeric)) * rationality
    if not reach <= _LARGEST:
        msg = f"rationality times payoff range must be at most {_LARGEST:g}, got {reach:g}; lower the rationality"
        raise ValueError(msg)
    return LogOdds(game)


def _equilibrium(equations: LogOdds, y: Array, rationality: float, stability: str = "") -> LogitEquilibrium:
    """Describe an equilibrium; `stability` where it is proved, else by the eigenvalues."""
    eigenvalues = np.sort_complex(np.linalg.eigvals(-equations.jacobian(y, rationality))).astype(np.complex128)
    if not stability:
        largest = eigenvalues.real.max(initial=-1.0)
        stability = "undetermined" if abs(largest) <= _FLAT else "saddle" if largest > 0 else "sink"
    policies = equations.policies(y)
    x = np.concatenate([policy[:-1] for policy in policies])
    residual = equations.residual(y, rationality)
    return LogitEquilibrium(policies, equations.log_policies(y), x, residual, eigenvalues, stability)


# ---------------------------------------------------------------------------------------------- 2×2
_STABILITY = {"increasing": "sink", "decreasing": "saddle", "undecided": "undetermined"}  # eigenvalues -1 ± √(1 - F')


def _two_by_two(game: Game, equations: LogOdds, rationality: float) -> LogitEquilibria:
    (a, b), (c, d) = ((rationality * gain.ravel()).tolist() for gain in equations.gains if gain.size)
    pair = LogitPair((a, b), (c, d))
    boxes, zeros = pair.boxes(), []
    equilibria = []
    for box in boxes:
        if pair.sign(box.low) * pair.sign(box.high) < 0:
            u = pair.zero(box)
            zeros.append(equations.polish(np.array([u, np.mean(pair.w(u, u))]), rationality))
            equilibria.append(_equilibrium(equations, zeros[-1], rationality, _STABILITY[box.kind]))
    undecided = tuple(_corners(pair, box) for box in boxes if box.kind == "undecided")
    principal = _principal(equations, zeros, rationality, complete=not undecided)
    if principal is not None:
        equilibria[principal] = replace(equilibria[principal], principal=True)
    certificate = (
        "undecided boxes: F and its slope are too near to zero there to tell a simple zero from a fold or a pitchfork"
        if undecided
        else "one zero in each of the boxes, none elsewhere: enclosures of F and F' with outward slack for rounding"
    )
    return LogitEquilibria(
        game, rationality, tuple(equilibria), "interval enclosures in log-odds", not undecided, certificate, undecided
    )


def _corners(pair: LogitPair, box: Box) -> Array:
    low_high = np.array([(box.low, box.high), pair.w(box.low, box.high)]).T
    return np.asarray(np.exp(-np.logaddexp(0, -low_high)))


def _principal(equations: LogOdds, zeros: list[Array], rationality: float, complete: bool) -> int | None:
    """Index of the zero on the principal branch: by the quadrant to which both players lean, else followed."""
    if complete and len(zeros) == 1:
        return 0
    row, column = (gain.ravel() for gain in equations.gains if gain.size)
    orientation = float(np.sign(row[0] - row[1]))  # of coordination: column's is the same, as there are several zeros
    leans = _lean(row), orientation * _lean(column)
    if leans[0] * leans[1] >= 0:
        lean = leans[0] or leans[1]
        if not lean:  # the uniform profile is an equilibrium at every λ
            return int(np.argmin([np.abs(y).max() for y in zeros]))
        return int(np.argmax([min(lean * y[0], lean * orientation * y[1]) for y in zeros]))
    try:
        y = follow(equations, rationality)[1][-1]
    except BranchLost:
        return None
    distances = [np.abs(y - zero).max() for zero in zeros]
    nearest = int(np.argmin(distances))
    return nearest if distances[nearest] <= 1e-3 * (1 + np.abs(y).max()) else None


def _lean(gains: Array) -> float:
    """Sign of the advantage of action 0 against the uniform policy; 0 if it is rounding."""
    total = gains.sum()
    return float(np.sign(total)) if abs(total) > 4 * np.finfo(np.float64).eps * np.abs(gains).sum() else 0.0


# ---------------------------------------------------------------------------------------------- other games
def _general(game: Game, equations: LogOdds, rationality: float) -> LogitEquilibria:
    """Principal branch and multi-start; proved complete where replies contract."""
    certificate = "none: a search from many starts may miss equilibria"
    found: list[LogitEquilibrium] = []
    try:
        y = follow(equations, rationality)[1][-1] if rationality else np.zeros(equations.dimension)
        found = [replace(_equilibrium(equations, y, rationality), principal=True)]
    except BranchLost as lost:
        certificate += f"; {lost}"
    limit = equations.contraction()
    if found and rationality < limit:
        certificate = f"logit replies contract at every rationality below {limit:.6g}"
        return LogitEquilibria(game, rationality, tuple(found), "continuation", True, certificate)
    for y in search(equations, rationality):
        candidate = _equilibrium(equations, y, rationality)
        if not any(_same(candidate, known) for known in found):
            found.append(candidate)
    found.sort(key=lambda one: tuple(one.x.round(9)))
    method = "continuation of the principal branch, and Newton's method from many starts"
    return LogitEquilibria(game, rationality, tuple(found), method, False, certificate)


def _same(one: LogitEquilibrium, other: LogitEquilibrium) -> bool:
    """Whether two numerical zeros are one; loosely where an eigenvalue is near zero and Newton's method stops early."""
    loose = 1e-3 if "undetermined" in {one.stability, other.stability} else 1e-6
    a, b = np.concatenate(one.log_policies), np.concatenate(other.log_policies)
    return bool(np.abs(a - b).max() <= loose * (1 + np.abs(a).max()))
