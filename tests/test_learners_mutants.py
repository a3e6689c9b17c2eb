"""Do the tests of learners notice when a line of theirs is wrong? Each mutant changes one of them, in a copy."""

import shutil

import mutants
import pytest
from mutants import ROOT, Mutant

_EMPATHY, _TRAINER, _LEARNERS = TESTS = ("test_empathy.py", "test_trainer.py", "test_learners.py")
_WEIGHTS = "gametheory/transfer/weights.py"
_GIFTS, _RELATION, _VIEWS = (f"lase_core/empathy/{name}.py" for name in ("gifting", "relationship", "perspective"))
_SEGMENT, _ACTOR, _EMPATHIC, _OBSERVE, _REPLAY = (
    f"lase_core/agents/{name}.py" for name in ("segment", "actor_critic", "empathic", "observe", "replay")
)
_LOOP, _METRICS = "lase_core/trainer.py", "lase_core/metrics.py"
_FIRST = {_LOOP: _TRAINER, _METRICS: _TRAINER, _WEIGHTS: _EMPATHY, _GIFTS: _EMPATHY}  # likely to find it
_RETURN = "discount * goes_on[..., t, :] * mixed"

MUTANTS = (
    # relationships
    Mutant("omega has the wrong sign", _WEIGHTS, "policy, taken - q)", "policy, q - taken)"),
    Mutant("players who have left are given to", _RELATION, "* (actions[..., k] >= 0)", "* (actions[..., k] >= -1)"),
    Mutant("estimates in the wrong order", _RELATION, "estimates[..., k - 1, :, :]", "estimates[..., -k, :, :]"),
    Mutant("another player's action varies", _RELATION, "first = self.n_features + k *",
           "first = self.n_features + (self.n_agents - 1 - k) *"),
    Mutant("what was done is not taken out", _RELATION, "base = before - self._coded[actions[..., k]] @ columns",
           "base = before"),
    Mutant("having left is every action", _RELATION, "np.zeros(n_actions)]", "np.ones(n_actions)]"),
    Mutant("no activation behind varied actions", _RELATION, "        np.maximum(hidden, 0, out=hidden)\n", ""),
    Mutant("gradient goes through what is off", _RELATION, "dh *= h > 0", "dh *= h > -1"),
    Mutant("selfish actor seeks what is bad", _RELATION, "(-policy * advantage", "(policy * advantage"),
    Mutant("selfish actor shuns entropy", _RELATION, "- entropy * d_entropy(policy))",
           "+ entropy * d_entropy(policy))"),
    Mutant("what counts as flat is nobody's own", _RELATION, "flat=flat[..., None]", "flat=flat.min()"),
    # gifts
    Mutant("clip missing", _GIFTS, "gift_weights(omega, omega.shape[-1])",
           "gift_weights(omega, omega.shape[-1], clip=False)"),
    Mutant("1/(N - 1) missing", _GIFTS, "gift_weights(omega, omega.shape[-1])", "gift_weights(omega, 2)"),
    Mutant("gifts are given twice", _GIFTS, "split(weights, rewards)", "split(weights, split(weights, rewards))"),
    Mutant("gifts are not given", _GIFTS, "split(weights, rewards)", "1 * rewards"),
    Mutant("memory adds up", _GIFTS, "np.maximum(kept[t], memory", "np.add(kept[t], memory"),
    Mutant("memory fades twice as fast", _GIFTS, "memory * last", "memory * memory * last"),
    # estimates
    Mutant("co-players in falling order", _VIEWS, "self.members[:, None] + np.arange(1,",
           "self.members[:, None] - np.arange(1,"),
    Mutant("predictor learns from those who have left", _VIEWS, "known = self._of_others(segment.present, rows) & ",
           "known = "),
    Mutant("delta at the wrong loss", _VIEWS, "((1 - delta) * seen", "(delta * seen"),
    Mutant("mask of who is seen missing", _VIEWS,
           "here & self._own(segment.visible, rows)[..., 1:].swapaxes(-1, -2)", "here"),
    Mutant("whoever sees itself sees the first other", _VIEWS, "(segment.visible, rows)[..., 1:]",
           "(segment.visible, rows)[..., :-1]"),
    Mutant("near to what the other sees", _VIEWS, "- x[:, :, None])", "- self._of_others(segment.x, rows))"),
    Mutant("slope of the imagined left out", _VIEWS, "change *= imagined * (1 - imagined)", "change *= imagined"),
    Mutant("ideal perspective is one's own", _VIEWS, "seen = self._of_others(segment.x, rows)",
           "seen = np.repeat(self._own(segment.x, rows)[:, :, None], self.n_agents - 1, axis=2)"),
    Mutant("oracle takes others for one another", _VIEWS, "return self._of_others(segment.behaviour, rows)",
           "return self._of_others(segment.behaviour, rows)[:, :, ::-1]"),
    # segments
    Mutant("self first, others in falling order", _SEGMENT, "[:, None] + np.arange(n)) % n",
           "[:, None] - np.arange(n)) % n"),
    Mutant("discount missing", _SEGMENT, _RETURN, "goes_on[..., t, :] * mixed"),
    Mutant("returns are not cut", _SEGMENT, _RETURN, "discount * mixed"),
    Mutant("lambda and 1 - lambda exchanged", _SEGMENT, "(1 - trace) * values[..., t + 1, :] + trace * follows",
           "trace * values[..., t + 1, :] + (1 - trace) * follows"),
    Mutant("ends that go on", _SEGMENT, "        if self.over:\n", "        if not self.over:\n"),
    Mutant("there before the step, not after", _SEGMENT, "[present[:, :, 1:], self.last_present[:, :, None]]",
           "[present[:, :, 1:], present[:, :, -1:]]"),
    Mutant("spread of all steps", _SEGMENT, "mean = (values * present)", "mean = (values * 1)"),
    Mutant("everybody is seen by all", _SEGMENT, "return np.asarray(seen[..., :n].any(axis=-2))",
           "return np.asarray(seen[..., :n].any(axis=-2) | True)"),
    # acting
    Mutant("entropy has the wrong sign", _ACTOR, "-= entropy * d_entropy(policy)", "+= entropy * d_entropy(policy)"),
    Mutant("log-probabilities without the mixture", _ACTOR, "of(segment.actions, learners), exploration)",
           "of(segment.actions, learners), 0.0)"),
    Mutant("behaviour without exploration", _ACTOR, "mixture(softmax(y[..., :-1]), exploration)",
           "softmax(y[..., :-1])"),
    Mutant("policy gradient goes down", _ACTOR, "*= -gained[..., None]", "*= gained[..., None]"),
    Mutant("those who have left count", _ACTOR, "weight = present.reshape(*lead, -1).astype(np.float32)",
           "weight = np.ones_like(present).reshape(*lead, -1).astype(np.float32)"),
    Mutant("errors of the critic have a unit", _ACTOR, "* error / unit", "* error"),
    Mutant("mean of advantages stays", _ACTOR, "(gained - (weight * gained).sum(axis=-1, keepdims=True)) / unit",
           "gained / unit"),
    Mutant("what is seen last is seen twice", _ACTOR, "self._state if last else state", "state"),
    Mutant("episodes begin with old memories", _ACTOR, '"""Forget what was seen."""\n        self._state = None',
           '"""Forget what was seen."""'),
    Mutant("segments begin without memories", _ACTOR, "self._first = self._state", "self._first = None"),
    # action values
    Mutant("action values with the acting discount", _EMPATHIC, "goes_on, s.critic_discount,", "goes_on, s.discount,"),
    Mutant("nothing follows the last step", _EMPATHIC, "last[:, :, None]]", "0 * last[:, :, None]]"),
    Mutant("selfish actor does what another does", _EMPATHIC, "counterfactual(cache[-1], actions, 0)",
           "counterfactual(cache[-1], actions, 1)"),
    Mutant("usual range is the last one", _EMPATHIC, "np.float32(max(0.01, 1 / (self.updates + 1)))",
           "np.float32(1)"),
    Mutant("gradient of steps after leaving", _EMPATHIC, "backward(cache, weight * error)",
           "backward(cache, (error / error.shape[-1]).astype(error.dtype))"),
    Mutant("gifts to those not seen", _EMPATHIC, "omega = omega * seen", "omega = omega + 0 * seen"),
    Mutant("warm-up one update too long", _EMPATHIC, "self.updates < self.settings.warmup",
           "self.updates <= self.settings.warmup"),
    Mutant("parts add up", _EMPATHIC, "np.divide(totals[k], len(parts), out", "np.divide(totals[k], 1, out"),
    # the loop
    Mutant("gift memory ends with the segment", _LOOP, "None if segment.first else self._faded", "None"),
    Mutant("every segment begins an episode", _LOOP, "first=start == 0)", "first=True)"),
    Mutant("memory gives to those who have left", _LOOP,
           "            omega *= there[..., None, :] & there[..., :, None]\n", ""),
    Mutant("relationships transposed", _LOOP, "omega[seed, rows[:, g], i, j] =", "omega[seed, rows[:, g], j, i] ="),
    Mutant("GO climbs its own", _LOOP, "segment.rewards.mean(axis=1, keepdims=True)",
           "segment.rewards[:, self.group_minded]"),
    Mutant("rewards before gifts are climbed", _LOOP, "objective = totals.copy()",
           "objective = segment.rewards.copy()"),
    Mutant("losses are not shared", _LOOP, "of(segment.rewards, members) != 0", "of(segment.rewards, members) > 0"),
    Mutant("who has left acts", _LOOP, "        actions[~present] = -1\n        last_x", "        last_x"),
    Mutant("the clock ends what could go on", _LOOP, "bool(done[0]) and not s.bootstrap", "bool(done[0])"),
    Mutant("exploration falls below its end", _LOOP, "min(self.round / falls, 1.0)", "(self.round / falls)"),
    Mutant("random numbers start anew", _LOOP, 'self.rng.bit_generator.state = kept["rng"]', "pass"),
    Mutant("Adam forgets its steps", _LOOP, '            adam.steps = saved["steps"]\n', ""),
    Mutant("ranges start anew", _LOOP, 'empathy.range[...], empathy.updates = noted["range"], noted["updates"]',
           'empathy.updates = noted["updates"]'),
    Mutant("not a number passes", _LOOP, "if not np.isfinite(values).all():", "if np.isinf(values).any():"),
    Mutant("replay is learned from in every round", _LOOP, " or replay.rounds % s.replay_every:", ":"),
    # what is measured, seen and kept
    Mutant("what is given is what is received", _METRICS, '"srij,sir->sij", weights, segment',
           '"srij,sjr->sij", weights, segment'),
    Mutant("equality counts pairs twice", "gametheory/equality.py", "2 * r.shape[-1] * together, 1)",
           "r.shape[-1] * together, 1)"),
    Mutant("columns begin in the last row", _OBSERVE, "world.height + columns] = 1", "world.height - 1 + columns] = 1"),
    Mutant("episodes end as they begin", _REPLAY, "last_x=x[:, :, -1]", "last_x=x[:, :, 0]"),
    Mutant("rounds that were never played", _REPLAY, "rng.integers(len(self), size=shape)",
           "rng.integers(self.slots, size=shape)"),
)  # fmt: skip


def copy_project(target):
    """Copy packages and tests, and a test that the copy is what they import."""
    ignore = shutil.ignore_patterns("__pycache__")
    for package in ("gametheory", "lase_core"):
        shutil.copytree(ROOT / package, target / package, ignore=ignore)
    (target / "tests").mkdir()
    for name in ("reference_lase.py", *TESTS):
        shutil.copy(ROOT / "tests" / name, target / "tests" / name)
    for name in ("conftest.py", "pyproject.toml"):
        shutil.copy(ROOT / name, target / name)
    (target / "tests" / mutants._PACKAGE_TEST).write_text(
        "from pathlib import Path\n\nimport gametheory\nimport lase_core\n\n\n"
        "def test_the_copy_is_imported():\n"
        "    for package in (gametheory, lase_core):\n"
        "        assert Path(package.__file__).parents[1] == Path(__file__).parents[1]\n",
        encoding="utf-8",
    )


def passes(root, tests):
    """Run tests of a copy until the first failure; return whether there was none."""
    code, output = mutants.run_tests(root, tests)
    assert code in {mutants.PASSED, mutants.FAILED}, output[-2000:]
    assert mutants._PACKAGE_TEST not in output
    return code == mutants.PASSED


def test_mutants_fit_the_code(tmp_path):
    # a mutant whose text was edited away would be no test at all
    assert len({mutant.name for mutant in MUTANTS}) == len(MUTANTS)
    for mutant in MUTANTS:
        path = tmp_path / mutant.file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text((ROOT / mutant.file).read_text(encoding="utf-8"), encoding="utf-8")
        mutant.apply(tmp_path)
        compile(path.read_text(encoding="utf-8"), mutant.file, "exec")


@pytest.mark.slow
@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_wrong_learners_are_found(mutant, tmp_path):
    copy_project(tmp_path)
    mutant.apply(tmp_path)
    first = _FIRST.get(mutant.file, _LEARNERS)
    rest = tuple(name for name in TESTS if name != first)
    assert not passes(tmp_path, (first,)) or not passes(tmp_path, rest)


@pytest.mark.slow
def test_nothing_is_found_in_an_unchanged_copy(tmp_path):
    copy_project(tmp_path)
    assert passes(tmp_path, TESTS)
