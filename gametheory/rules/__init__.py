"""Learning rules: from an objective to a field."""

from gametheory.rules.gradient import policy_gradient
from gametheory.rules.replicator import replicator

__all__ = ["policy_gradient", "replicator"]
