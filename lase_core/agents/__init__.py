"""Learners."""

from lase_core.agents.tabular import LearningRun, Settings, TabularLearners, learn

__all__ = ["LearningRun", "Settings", "TabularLearners", "learn"]
