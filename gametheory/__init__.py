"""Theory of iterated matrix games: transfers, learning fields, rest points.

A game, a reward transfer and a learning rule make a field; analysis reads fields; pictures show all of it.

>>> import gametheory as gt
>>> game = gt.catalogue.prisoners_dilemma(R=3, S=0, T=5, P=1)
>>> field = gt.rules.policy_gradient(game, transfer=gt.transfer.SocialRelationship())
>>> [point.location for point in gt.analysis.rest_points(field) if point.stability == "sink"]
[(2/3, 2/3)]

Modules are imported when they are first used, so that ``import gametheory`` is quick.
"""

import lazy_loader

from gametheory.game import Game

__all__ = [
    "Game",
    "analysis",
    "catalogue",
    "equilibria",
    "field",
    "formats",
    "game",
    "intervals",
    "memory_one",
    "objective",
    "ordering",
    "plot",
    "reward_transfer",
    "rules",
    "space",
    "theorems",
    "transfer",
]

__getattr__, __dir__, _lazy = lazy_loader.attach(__name__, submodules=[name for name in __all__ if name != "Game"])
