"""Empathy: what others did for me, what I expected of them, and what I give them for it."""

from lase_core.empathy.gifting import remembered, share_out
from lase_core.empathy.perspective import ESTIMATORS, Estimator
from lase_core.empathy.relationship import JointCritic, relationships, selfish_gradient

__all__ = ["ESTIMATORS", "Estimator", "JointCritic", "relationships", "remembered", "selfish_gradient", "share_out"]
