"""The LASE algorithm, its worlds, and everything that needs theory and learners together.

>>> import lase_core as lc
>>> world = lc.envs.make("matrix", game=lc.agents.tabular.Game.two_by_two(3, 0, 5, 1), batch=2)
>>> world.reset().shape
(2, 2)

Modules are imported when they are first used.
"""

import lazy_loader

_MODULES = ["agents", "cli", "envs", "report"]

__getattr__, __dir__, _lazy = lazy_loader.attach(__name__, submodules=_MODULES)
__all__ = list(_MODULES)
