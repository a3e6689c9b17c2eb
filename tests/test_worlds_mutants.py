"""Does the comparison with single worlds notice when a rule is wrong? Each mutant changes one line of the worlds."""

import importlib
import shutil
import sys

import pytest
import reference_worlds
from mutants import ROOT, Mutant
from test_worlds_reference import CASES

ENVS = "lase_core/envs"
CLASSES = {"coin": "Coin", "cleanup": "Cleanup", "snowdrift": "Snowdrift", "stag_hunt": "StagHunt"}
_WORLD, _GRID = f"{ENVS}/world.py", f"{ENVS}/grid.py"
_COIN, _CLEANUP, _SNOWDRIFT, _STAG_HUNT = (f"{ENVS}/{name}.py" for name in CLASSES)
_MOVE, _TAKE = "self.cells = self.onto[self.cells, actions]\n", "        takes = np.equal("

MUTANTS = (
    # all worlds
    Mutant("an episode is one step longer", _WORLD, "self.steps >= self.horizon)", "self.steps > self.horizon)"),
    Mutant("up and down exchanged", _GRID, "((-1, 0), (1, 0), (0, -1)", "((1, 0), (-1, 0), (0, -1)"),
    Mutant("last row is off the map", _GRID, "(r < self.height)", "(r < self.height - 1)"),
    Mutant("maps are round", _GRID, "inside = (r >= 0) & (r < self.height) & (c >= 0) & (c < self.width)",
           "inside, r, c = (r > -2), r % self.height, c % self.width"),
    Mutant("others in falling order", _GRID, "(agent + j) % n", "(agent - j) % n"),
    Mutant("players hide what is there", _GRID, "|= codes.dtype.type(1 << agent)", "= codes.dtype.type(1 << agent)"),
    Mutant("windows are turned", _GRID, ": int(self.view)].ravel()", ": int(self.view)].T.ravel()"),
    Mutant("who has left is still seen", _GRID, "        flat[self._world[:, 0] + size] = 0\n", ""),
    Mutant("always the first free cell", _GRID, "wanted = (u * rank", "wanted = (0 * u * rank"),
    # coin
    Mutant("all who stand on a coin take it", _COIN, "takes[:, several] = pick", "_ = pick"),
    Mutant("who takes an own coin is harmed as well", _COIN, "owns & other.any(axis=0)", "owns & taken"),
    Mutant("all others are harmed", _COIN, "robbed = owns & other", "robbed = ~takes & other"),
    Mutant("coin is taken before moving", _COIN, f"{_MOVE}{_TAKE}self.cells.T",
           f"before = self.cells\n        {_MOVE}{_TAKE}before.T"),
    Mutant("coins keep their colour", _COIN, "self.colour = np.where(taken,", "self.colour = np.where(taken & ~taken,"),
    Mutant("a new coin in every step", _COIN, "self.coin = np.where(taken", "self.coin = np.where(taken | True"),
    Mutant("colours as player 0 sees them", _COIN, "self.colour[:, None] ^ np.arange(2)",
           "self.colour[:, None] ^ np.zeros(2, dtype=int)"),
    # cleanup
    Mutant("apples grow in dirt", _CLEANUP, "1 - count / self.most_waste", "count / self.most_waste"),
    Mutant("counts before the actions", _CLEANUP, "count = self.waste.sum(axis=1)",
           "count = self.waste.sum(axis=1) + cleaned.sum(axis=1)"),
    Mutant("one more waste than allowed", _CLEANUP, "count < self.most_waste", "count <= self.most_waste"),
    Mutant("one more apple than allowed", _CLEANUP, ">= self.most_apples", "> self.most_apples"),
    Mutant("two clean one waste", _CLEANUP, "tries[:, agent] & flat[place]",
           "tries[:, agent] & (flat[place] | (took & (places == place[:, None])).any(axis=1))"),
    Mutant("what is taken stays there", _CLEANUP, "            flat[place] &= ~took[:, agent]\n", ""),
    Mutant("eating by itself", _CLEANUP, "np.ones_like(cleaned) if self.auto_eat", "np.ones_like(cleaned) if True"),
    Mutant("cleaning pays", _CLEANUP, "(self.reward * eaten)", "(self.reward * (eaten | cleaned))"),
    # snowdrift
    Mutant("all move at once", _SNOWDRIFT, "met = cells == target", "met = self.cells.T == target"),
    Mutant("nobody is in the way", _SNOWDRIFT, "np.where(met.any(axis=0)", "np.where(met.all(axis=0)"),
    Mutant("earlier players are not in the way", _SNOWDRIFT, "met[agent] = False", "met[: agent + 1] = False"),
    Mutant("later players are not in the way", _SNOWDRIFT, "met[agent] = False", "met[agent:] = False"),
    Mutant("everybody pays", _SNOWDRIFT, "- self.cost * took", "- self.cost * took.sum(axis=1, keepdims=True)"),
    Mutant("who removes gets nothing", _SNOWDRIFT, "- self.cost * took", "- (self.cost + self.reward) * took"),
    # stag hunt
    Mutant("one is enough for a stag", _STAG_HUNT, "group >= self.hunters", "group >= 1"),
    Mutant("one more is needed for a stag", _STAG_HUNT, "group >= self.hunters", "group > self.hunters"),
    Mutant("a stag is not shared", _STAG_HUNT, "/ np.maximum(group, 1)", "/ 1"),
    Mutant("a hare is not shared", _STAG_HUNT, "/ np.maximum(sharing, 1)", "/ 1"),
    Mutant("hares are caught by standing there", _STAG_HUNT, "(actions == _HUNT) & self", "self"),
    Mutant("who hunts a hare in vain misses the stag", _STAG_HUNT, "& ~caught_hare", "& (actions != _HUNT)"),
    Mutant("hunters stay on the map", _STAG_HUNT, "caught_hare | caught_stag, self.n_cells",
           "caught_hare & ~caught_hare, 0"),
)  # fmt: skip
"""Wrong rules. That a stag's hunter may not hunt a hare on the same cell is left to a state made by hand."""


def mutated(mutant, folder, package):
    """Import the worlds from a copy in which one line is wrong, and return their classes by name."""
    shutil.copytree(ROOT / ENVS, folder / ENVS, ignore=shutil.ignore_patterns("__pycache__"))
    if mutant is not None:
        mutant.apply(folder)
    (folder / package).mkdir()
    (folder / package / "__init__.py").touch()
    for name in ("world", "grid", *CLASSES):
        text = (folder / ENVS / f"{name}.py").read_text(encoding="utf-8")
        (folder / package / f"{name}.py").write_text(text.replace("lase_core.envs.", f"{package}."), encoding="utf-8")
    importlib.invalidate_caches()
    return {name: getattr(importlib.import_module(f"{package}.{name}"), CLASSES[name]) for name in CLASSES}


def compared(worlds, mutant):
    """Compare worlds with single ones: all that the mutant is about."""
    for name, parameters in CASES:
        if mutant is None or mutant.file in {_WORLD, _GRID, f"{ENVS}/{name}.py"}:
            reference_worlds.compare(worlds[name], name, batch=20, steps=40, seed=3, **parameters)


@pytest.fixture
def package(tmp_path, monkeypatch):
    """Return a name under which this test can import a package from its folder."""
    monkeypatch.syspath_prepend(str(tmp_path))
    name = "mutated_envs"
    yield name
    for module in [module for module in sys.modules if module.split(".")[0] == name]:
        del sys.modules[module]


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_comparison_finds_wrong_rules(mutant, tmp_path, package):
    worlds = mutated(mutant, tmp_path, package)
    with pytest.raises(AssertionError):
        compared(worlds, mutant)


def test_comparison_finds_nothing_in_an_unchanged_copy(tmp_path, package):
    worlds = mutated(None, tmp_path, package)
    assert worlds["coin"].__module__ == f"{package}.coin"
    compared(worlds, None)
