r"""Named games, each with its source.

Symmetric 2×2 games have the payoffs to self R (both cooperate), S (self cooperates, the other defects), T (self
defects, the other cooperates) and P (both defect). Numbers, fractions and SymPy symbols are accepted alike; numbers
must be in the order of the class, symbols bring that order as the game's `assume`.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np

from gametheory.game import Game
from gametheory.numbers import check_payoff

__all__ = [
    "battle_of_the_sexes",
    "chicken",
    "coordination",
    "donation",
    "harmony",
    "matching_pennies",
    "prisoners_dilemma",
    "public_goods",
    "rock_paper_scissors",
    "shapley",
    "snowdrift",
    "social_dilemma",
    "stag_hunt",
]

Payoff = Any  # int, float, Fraction or SymPy expression

_HALF = Fraction(1, 2)
_MAX_GROUP = 12  # players of a public goods game: its table has n 2^n entries


def _relations(game: str, chain: str, values: dict[str, Payoff]) -> tuple[Any, ...]:
    """Check the links of a chain such as ``"T > R >= P"``; return those that symbols leave open."""
    for name, value in values.items():
        check_payoff(value, name)
    words = chain.split()
    undecided = []
    for left, sign, right in zip(words[:-2:2], words[1::2], words[2::2], strict=True):
        a, b = (values[word] if word in values else int(word) for word in (left, right))
        relation = a > b if sign == ">" else a >= b
        if getattr(relation, "free_symbols", None):
            undecided.append(relation)
        elif not relation:
            given = ", ".join(f"{name} = {value}" for name, value in values.items())
            msg = f"{game} needs {chain}, but {left} {sign} {right} does not hold for {given}"
            raise ValueError(msg)
    return tuple(undecided)


def _symmetric(title: str, chain: str, *, R: Payoff, S: Payoff, T: Payoff, P: Payoff) -> Game:
    assume = _relations(title, chain, {"R": R, "S": S, "T": T, "P": P})
    return Game.two_by_two(R, S, T, P, assume=assume, title=title[0].upper() + title[1:])


# -------------------------------------------------------------------------------------------------- 2×2, symmetric
def prisoners_dilemma(R: Payoff = 3, S: Payoff = 0, T: Payoff = 5, P: Payoff = 1) -> Game:
    """Prisoner's dilemma, T > R > P > S; default payoffs of Axelrod's tournaments [1]_.

    Parameters
    ----------
    R, S, T, P : number or SymPy expression
        Payoffs to self: reward, sucker's payoff, temptation, punishment.

    Raises
    ------
    ValueError
        Payoffs in another order.

    References
    ----------
    .. [1] R. Axelrod, *The Evolution of Cooperation* (1984): T > R > P > S, payoffs 5, 3, 1, 0.

    Examples
    --------
    >>> print(prisoners_dilemma())
                 cooperate  defect
    cooperate       3, 3     0, 5
    defect          5, 0     1, 1
    """
    return _symmetric("prisoner's dilemma", "T > R > P > S", R=R, S=S, T=T, P=P)


def snowdrift(R: Payoff = 1, S: Payoff = _HALF, T: Payoff = 3 * _HALF, P: Payoff = 0) -> Game:
    """Snowdrift, T > R > S > P; by default a benefit of 3/2 at a cost of 1 that two cooperators share [1]_.

    Parameters
    ----------
    R, S, T, P : number or SymPy expression
        Payoffs to self.

    Raises
    ------
    ValueError
        Payoffs in another order.

    References
    ----------
    .. [1] C. Hauert and M. Doebeli, "Spatial structure often inhibits the evolution of cooperation in the snowdrift
       game", Nature 428 (2004): R = b - c/2, S = b - c, T = b, P = 0.

    Examples
    --------
    >>> snowdrift().payoffs[0, 0, 1]
    Fraction(1, 2)
    """
    return _symmetric("snowdrift", "T > R > S > P", R=R, S=S, T=T, P=P)


def chicken(R: Payoff = 3, S: Payoff = 1, T: Payoff = 4, P: Payoff = 0) -> Game:
    """Chicken, the class of :func:`snowdrift`: T > R > S > P [1]_. Cooperating is to swerve.

    Parameters
    ----------
    R, S, T, P : number or SymPy expression
        Payoffs to self.

    Raises
    ------
    ValueError
        Payoffs in another order.

    References
    ----------
    .. [1] A. Rapoport and M. Guyer, "A taxonomy of 2×2 games", General Systems 11 (1966).

    Examples
    --------
    >>> chicken(T=2)
    Traceback (most recent call last):
        ...
    ValueError: chicken needs T > R > S > P, but T > R does not hold for R = 3, S = 1, T = 2, P = 0
    """
    return _symmetric("chicken", "T > R > S > P", R=R, S=S, T=T, P=P)


def stag_hunt(R: Payoff = 4, S: Payoff = 0, T: Payoff = 3, P: Payoff = 1) -> Game:
    """Stag hunt, R > T >= P > S: hunting the stag together is best, the hare is safe [1]_.

    Parameters
    ----------
    R, S, T, P : number or SymPy expression
        Payoffs to self; with symbols T > P is assumed.

    Raises
    ------
    ValueError
        Payoffs in another order.

    References
    ----------
    .. [1] B. Skyrms, *The Stag Hunt and the Evolution of Social Structure* (2004).

    Examples
    --------
    >>> stag_hunt(T=1).title  # the hare is worth 1 whatever the other does
    'Stag hunt'
    """
    symbolic = any(getattr(value, "free_symbols", None) for value in (R, S, T, P))
    return _symmetric("stag hunt", "R > T > P > S" if symbolic else "R > T >= P > S", R=R, S=S, T=T, P=P)


def harmony(R: Payoff = 3, S: Payoff = 1, T: Payoff = 2, P: Payoff = 0) -> Game:
    """Harmony, R > T, S > P and R > P: everybody gains by cooperating, whatever the others do [1]_.

    Parameters
    ----------
    R, S, T, P : number or SymPy expression
        Payoffs to self; with symbols R > T > S > P is assumed.

    Raises
    ------
    ValueError
        Payoffs in another order.

    References
    ----------
    .. [1] A. N. Licht, "Games commissions play: 2×2 games of international securities regulation", Yale Journal of
       International Law 24 (1999): the harmony game.

    Examples
    --------
    >>> harmony().title
    'Harmony'
    """
    values = {"R": R, "S": S, "T": T, "P": P}
    if any(getattr(value, "free_symbols", None) for value in values.values()):
        return _symmetric("harmony", "R > T > S > P", **values)
    for chain in ("R > T", "S > P", "R > P"):
        _relations("harmony", chain, values)
    return _symmetric("harmony", "R > P", **values)


def donation(b: Payoff = 3, c: Payoff = 1) -> Game:
    """Donation game: a cooperator pays c and the other gains b > c > 0 [1]_; R = b - c, S = -c, T = b, P = 0.

    Parameters
    ----------
    b, c : number or SymPy expression
        Benefit to the other and cost to self.

    Raises
    ------
    ValueError
        Unless b > c > 0.

    References
    ----------
    .. [1] K. Sigmund, *The Calculus of Selfishness* (2010): the donation game.

    Examples
    --------
    >>> donation(b=2, c=1) == Game.two_by_two(R=1, S=-1, T=2, P=0)
    True
    """
    assume = _relations("donation", "b > c > 0", {"b": b, "c": c})
    return Game.two_by_two(b - c, -c, b, 0 * b, assume=assume, title="Donation game")


def social_dilemma(S: Payoff, T: Payoff) -> Game:
    """Place a game on the plane of T and S with R = 1, P = 0 [1]_; every order of payoffs is allowed.

    Parameters
    ----------
    S, T : number or SymPy expression
        Payoffs to a lone cooperator and to a lone defector.

    References
    ----------
    .. [1] F. C. Santos, J. M. Pacheco and T. Lenaerts, "Evolutionary dynamics of social dilemmas in structured
       heterogeneous populations", PNAS 103 (2006): the plane of T and S with R = 1, P = 0.

    Examples
    --------
    >>> social_dilemma(S=0, T=2) == Game.two_by_two(R=1, S=0, T=2, P=0)
    True
    """
    return Game.two_by_two(1, S, T, 0, title=f"Social dilemma, S = {S}, T = {T}")


def coordination(a: Payoff = 1, b: Payoff = 1) -> Game:
    """Coordination: both get a > 0 at (left, left), b > 0 at (right, right) and nothing otherwise [1]_.

    Parameters
    ----------
    a, b : number or SymPy expression
        Payoffs of the two ways to agree.

    Raises
    ------
    ValueError
        Unless a > 0 and b > 0.

    References
    ----------
    .. [1] T. C. Schelling, *The Strategy of Conflict* (1960): pure coordination.

    Examples
    --------
    >>> print(coordination(a=2))
           left  right
    left   2, 2   0, 0
    right  0, 0   1, 1
    """
    values = {"a": a, "b": b}
    assume = _relations("coordination", "a > 0", values) + _relations("coordination", "b > 0", values)
    table = [[a, 0], [0, b]]
    return Game.from_bimatrix(table, table, actions=[("left", "right")] * 2, assume=assume, title="Coordination")


# -------------------------------------------------------------------------------------------------- two players
def matching_pennies(stake: Payoff = 1) -> Game:
    """Match pennies: player 1 wins the stake if the pennies match, player 2 if they do not [1]_.

    Parameters
    ----------
    stake : number or SymPy expression
        What the loser pays to the winner, stake > 0.

    Raises
    ------
    ValueError
        A stake that is not positive.

    References
    ----------
    .. [1] J. von Neumann and O. Morgenstern, *Theory of Games and Economic Behavior* (1944): matching pennies.

    Examples
    --------
    >>> print(matching_pennies())
            heads  tails
    heads   1, -1  -1, 1
    tails   -1, 1  1, -1
    """
    assume = _relations("matching_pennies", "stake > 0", {"stake": stake})
    A = np.array([[stake, -stake], [-stake, stake]], dtype=object)
    return Game.from_bimatrix(A, -A, actions=[("heads", "tails")] * 2, assume=assume, title="Matching pennies")


def battle_of_the_sexes(high: Payoff = 2, low: Payoff = 1, apart: Payoff = 0) -> Game:
    """Battle of the sexes: both want to go out together, but each to the place it prefers [1]_.

    Parameters
    ----------
    high, low, apart : number or SymPy expression
        Payoff together at one's own favourite, at the other's, and apart; high > low > apart.

    Raises
    ------
    ValueError
        Payoffs in another order.

    References
    ----------
    .. [1] R. D. Luce and H. Raiffa, *Games and Decisions* (1957), section 5.3: battle of the sexes.

    Examples
    --------
    >>> print(battle_of_the_sexes())
            opera  fight
    opera   2, 1   0, 0
    fight   0, 0   1, 2
    """
    values = {"high": high, "low": low, "apart": apart}
    assume = _relations("battle_of_the_sexes", "high > low > apart", values)
    return Game.from_bimatrix(
        [[high, apart], [apart, low]],
        [[low, apart], [apart, high]],
        actions=[("opera", "fight")] * 2,
        assume=assume,
        title="Battle of the sexes",
    )


def rock_paper_scissors(win: Payoff = 1, loss: Payoff = 1) -> Game:
    """Rock, paper, scissors: paper beats rock, scissors beat paper, rock beats scissors [1]_.

    Parameters
    ----------
    win, loss : number or SymPy expression
        The winner gets `win`, the loser -`loss`, both positive; a draw pays nothing.

    Raises
    ------
    ValueError
        A win or loss that is not positive.

    References
    ----------
    .. [1] J. von Neumann and O. Morgenstern, *Theory of Games and Economic Behavior* (1944): stone, paper, scissors.

    Examples
    --------
    >>> print(rock_paper_scissors(win=1, loss=2))
                rock   paper  scissors
    rock        0, 0   -2, 1    1, -2
    paper      1, -2   0, 0     -2, 1
    scissors   -2, 1   1, -2     0, 0
    """
    values = {"win": win, "loss": loss}
    assume = _relations("rock_paper_scissors", "win > 0", values) + _relations(
        "rock_paper_scissors", "loss > 0", values
    )
    return Game.from_bimatrix(
        [[0, -loss, win], [win, 0, -loss], [-loss, win, 0]],
        actions=[("rock", "paper", "scissors")] * 2,
        assume=assume,
        title="Rock, paper, scissors",
    )


def shapley() -> Game:
    """Return Shapley's 3×3 game, in which fictitious play cycles for ever [1]_; its one equilibrium is uniform.

    References
    ----------
    .. [1] L. S. Shapley, "Some topics in two-person games", Advances in Game Theory (1964); payoffs as in
       D. Fudenberg and D. K. Levine, *The Theory of Learning in Games* (1998), chapter 2: fictitious play cycles.

    Examples
    --------
    >>> print(shapley())
              action 0  action 1  action 2
    action 0    0, 0      1, 0      0, 1
    action 1    0, 1      0, 0      1, 0
    action 2    1, 0      0, 1      0, 0
    """
    A = np.array([[0, 1, 0], [0, 0, 1], [1, 0, 0]])
    return Game.from_bimatrix(A, A.T, title="Shapley's game")


# -------------------------------------------------------------------------------------------------- n players
def public_goods(n: int = 3, multiplier: Payoff = 2, endowment: Payoff = 0) -> Game:
    r"""Linear public goods game of n players [1]_.

    Every contribution of 1 is multiplied and shared by all, contributors and others alike:
    :math:`u_i = \rho \sum_k a_k - a_i + e` with :math:`\rho = r/n`. Action 0 contributes (:math:`a = 1`).

    Parameters
    ----------
    n : int
        Number of players, 2 to 12.
    multiplier : number or SymPy expression
        r > 0, what a contribution is worth to the group; it is a dilemma if 1 < r < n.
    endowment : number or SymPy expression
        e, added to every payoff.

    Raises
    ------
    ValueError
        A number of players or a multiplier out of range.

    References
    ----------
    .. [1] J. O. Ledyard, "Public goods: a survey of experimental research", Handbook of Experimental Economics (1995).

    Examples
    --------
    >>> public_goods(n=3, multiplier=2).payoffs[:, 0, 0, 1]  # two contribute, the third does not
    array([Fraction(1, 3), Fraction(1, 3), Fraction(4, 3)], dtype=object)
    """
    if n != int(n) or not 2 <= n <= _MAX_GROUP:
        msg = f"public_goods needs an integer n from 2 to {_MAX_GROUP}, got {n}"
        raise ValueError(msg)
    n = int(n)
    assume = _relations("public_goods", "multiplier > 0", {"multiplier": multiplier})
    rho = Fraction(multiplier, n) if isinstance(multiplier, (int, Fraction)) else multiplier / n
    payoffs = np.empty((n, *[2] * n), dtype=object)
    for joint in np.ndindex(*payoffs.shape[1:]):
        total = n - sum(joint)
        for i, action in enumerate(joint):
            payoffs[(i, *joint)] = rho * total - (1 - action) + endowment
    return Game(payoffs, actions=[("contribute", "keep")] * n, assume=assume, title=f"Public goods, n = {n}")
