r"""Boltzmann Q-learning at constant temperature.

In the limit of a small learning rate, frequency-adjusted Q-learning with softmax action choice at temperature
:math:`\tau` follows [1]_ [2]_

.. math:: \dot x_k = x_k \Big[ \frac{v_k - \bar v}{\tau} - \ln x_k + \sum_l x_l \ln x_l \Big].

Its interior rest points solve :math:`x_k \propto e^{v_k / \tau}`: they are the logit quantal response equilibria with
:math:`\lambda = 1/\tau` [3]_, all of which :func:`~gametheory.equilibria.logit_qre` finds.

Without frequency adjustment rarely chosen actions learn more slowly, and the state is the table of Q-values, which
policies do not determine [2]_:

.. math:: \dot Q_k = x_k (v_k - Q_k), \qquad x_k \propto e^{Q_k / \tau}.

It rests where :math:`Q = v`: at the same policies.

References
----------
.. [1] K. Tuyls, K. Verbeeck, T. Lenaerts. "A selection-mutation model for Q-learning in multi-agent systems".
   AAMAS 2003.
.. [2] M. Kaisers, K. Tuyls. "Frequency adjusted multi-agent Q-learning". AAMAS 2010.
.. [3] R. D. McKelvey, T. R. Palfrey. "Quantal response equilibria for normal form games". Games and Economic Behavior
   10, 1995.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.special import softmax, xlogy

from gametheory.field import ClosedForm, Field
from gametheory.game import Game
from gametheory.objective import MatrixObjective, expected
from gametheory.rules.gradient import policy_gradient
from gametheory.space import RealSpace, simplices

if TYPE_CHECKING:
    from gametheory.objective import ObjectiveLike
    from gametheory.transfer import TransferLike

__all__ = ["boltzmann_q", "q_tables"]


def boltzmann_q(
    game_or_objective: Game | ObjectiveLike, transfer: TransferLike | None = None, *, temperature: float = 1.0
) -> Field:
    """Frequency-adjusted Boltzmann Q-learning.

    Parameters
    ----------
    game_or_objective : Game, Objective or sequence of n Objective
        What is played.
    transfer : Transfer or sequence of n Transfer, optional
        For a game: who gets whose payoff; selfish if not given.
    temperature : float, default 1
        Temperature τ > 0, payoff units.

    Returns
    -------
    Field
        Smooth inside; on faces it points inward with unbounded speed and is evaluated as its limit along the face.

    Raises
    ------
    ValueError
        A temperature that is not positive.

    Examples
    --------
    >>> import gametheory as gt
    >>> field = boltzmann_q(gt.catalogue.prisoners_dilemma(R=3, S=0, T=5, P=1), temperature=1)
    >>> bool(abs(field([0.22675, 0.22675])).max() < 1e-5)
    True
    """
    _check_temperature(temperature)
    plain = policy_gradient(game_or_objective, transfer)
    space = simplices(plain.space)

    def explore(policy: Any) -> Any:
        """Return the entropy term of one player, all actions but the last."""
        policy = np.maximum(policy, 0)  # rounding may leave the last one a little below
        x_log_x = xlogy(policy, policy)
        return (policy * x_log_x.sum(axis=-1, keepdims=True) - x_log_x)[..., :-1]

    def function(x: Any, **parameters: Any) -> Any:
        entropy = np.concatenate([explore(policy) for policy in space.policies(x)], axis=-1)
        return plain.function(x, **parameters) / float(temperature) + entropy

    def derive() -> ClosedForm | None:
        import sympy as sp

        if plain.expressions is None:
            return None
        tau = sp.Rational(str(temperature))
        state = np.array(plain.space.symbols, dtype=object)
        rates = list(plain.expressions)
        drives = [g / tau for g in plain.advantages or ()]  # equal to ln(x_k / x_A) where the flow rests
        for policy, block in zip(space.policies(state), space.blocks, strict=True):
            mean = sum(x * sp.log(x) for x in policy)
            for k in range(block.start, block.stop):
                x = policy[k - block.start]
                rates[k] = rates[k] / tau + x * (mean - sp.log(x))
                drives[k] += sp.log(policy[-1]) - sp.log(x)
        return ClosedForm(tuple(rates), tuple(drives))

    smoothness = "piecewise" if plain.smoothness == "piecewise" else "smooth"
    return replace(
        plain,
        function=function,
        derive=derive,
        derive_alike=None,
        smoothness=smoothness,
        name="Boltzmann Q-learning",
        parametrisation="",
        faces="repelling",
    )


def q_tables(game: Game, transfer: TransferLike | None = None, *, temperature: float = 1.0) -> Field:
    """Boltzmann Q-learning without frequency adjustment, on the tables of Q-values.

    Parameters
    ----------
    game : Game
        What is played; numbers.
    transfer : Transfer or sequence of n Transfer, optional
        Who gets whose payoff; selfish if not given.
    temperature : float, default 1
        Temperature τ > 0, payoff units.

    Returns
    -------
    Field
        A flow on real vectors: the values of all actions of the first player, then of the others, payoff units. Time is
        learning rate times steps.

    Raises
    ------
    TypeError
        Something else than a game.
    ValueError
        A temperature that is not positive; a game with symbols.

    Examples
    --------
    In a prisoner's dilemma at temperature 1 the tables rest at the values of cooperating and defecting against a
    co-player who cooperates with probability 0.2268, the logit equilibrium:

    >>> import gametheory as gt
    >>> field = q_tables(gt.catalogue.prisoners_dilemma(R=3, S=0, T=5, P=1))
    >>> p = 0.2267506
    >>> q = [3 * p, 5 * p + (1 - p)] * 2
    >>> bool(abs(field(q)).max() < 1e-6)
    True
    """
    _check_temperature(temperature)
    given: object = game
    if not isinstance(given, Game):
        msg = f"q_tables needs a Game, got {type(given).__name__}"
        raise TypeError(msg)
    if game.symbols:
        msg = f"q_tables needs numbers, got the symbols {', '.join(game.parameters)}; bind them first"
        raise ValueError(msg)
    objective = MatrixObjective(game, transfer)
    space = RealSpace(game.n_actions)

    def function(q: Any) -> Any:
        policies = [softmax(q[..., own] / temperature, axis=-1) for own in space.owned]
        rewards = objective.effective(objective.space.coordinates(policies))
        n = len(policies)
        values = [expected(rewards.take(i, axis=-1 - n), policies, keep=i) for i in range(n)]
        return np.concatenate(
            [x * (v - q[..., own]) for x, v, own in zip(policies, values, space.owned, strict=True)], axis=-1
        )

    return Field(space=space, function=function, name="Boltzmann Q-learning on tables", objective=None)


def _check_temperature(temperature: float) -> None:
    if not 0 < temperature < np.inf:
        msg = f"temperature must be a positive number, got {temperature}"
        raise ValueError(msg)
