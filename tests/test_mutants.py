"""Mutants of the core: they still fit the code, and the core tests kill every one."""

import mutants
import pytest

ENOUGH = 20  # wrong lines of every kind


def test_mutants_fit_the_code(tmp_path):
    # a mutant whose text was edited away would be no test at all
    assert len(mutants.MUTANTS) >= ENOUGH
    assert len({m.name for m in mutants.MUTANTS}) == len({(m.file, m.new, m.old) for m in mutants.MUTANTS})
    for mutant in mutants.MUTANTS:
        path = tmp_path / mutant.file
        path.parent.mkdir(parents=True, exist_ok=True)
        original = (mutants.ROOT / mutant.file).read_text(encoding="utf-8")
        path.write_text(original, encoding="utf-8")
        mutant.apply(tmp_path)
        changed = path.read_text(encoding="utf-8")
        assert changed != original
        compile(changed, mutant.file, "exec")


def test_a_mutant_that_no_longer_fits_is_an_error(tmp_path):
    (tmp_path / "a.py").write_text("x = 1\ny = 1\n", encoding="utf-8")
    for old, count in [("z = 1", 0), ("= 1", 2)]:
        with pytest.raises(mutants.MutantError, match=f"'twice': '{old}' occurs {count} times in a.py, not once"):
            mutants.Mutant("twice", "a.py", old, "= 2").apply(tmp_path)


@pytest.mark.slow
def test_every_mutant_is_killed(capsys):
    assert mutants.main() == 0
    table = capsys.readouterr().out
    assert f"all {len(mutants.MUTANTS)} mutants killed" in table
