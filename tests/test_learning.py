"""Learning in a grid world at the length and size of a preset: gifts help, and not as much as one purse."""

import numpy as np
import pytest

import lase_core as lc


@pytest.mark.slow
def test_gifts_help_in_coin():
    """Means over five seeds at half the preset's length; the kept curves of ten seeds there: about 2, 10 and 29.

    Ten seeds have standard deviations of about 0.5, 3.5 and 0.7, so that means of five are within these limits with a
    probability of more than 0.99 each.
    """
    ends = {}
    for agents in ("a2c", "lase", "go"):
        run = lc.train("coin", agents, seeds=range(100, 105), episodes=3200, progress=False)
        ends[agents] = run.metrics.collective.isel(episode=slice(-20, None)).mean("episode").to_numpy()
    assert ends["a2c"].mean() < 4
    assert 5 < ends["lase"].mean() < 25
    assert ends["go"].mean() > 26
    assert np.all(ends["go"] > ends["lase"])
