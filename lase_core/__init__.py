"""The LASE algorithm, its worlds, and everything that needs theory and learners together.

>>> import gametheory as gt
>>> import lase_core as lc
>>> world = lc.envs.make("matrix", game=gt.catalogue.prisoners_dilemma(), batch=2)
>>> world.reset().shape
(2, 2)

Modules are imported when they are first used.
"""

import lazy_loader

_MODULES = ("agents", "cli", "empathy", "envs", "nn", "report", "summary")
__all__ = ["Run", "agents", "cli", "empathy", "envs", "nn", "report", "resume", "summary", "train"]

__getattr__, __dir__, _lazy = lazy_loader.attach(
    __name__, submodules=list(_MODULES), submod_attrs={"runs": ["Run"], "training": ["resume", "train"]}
)
