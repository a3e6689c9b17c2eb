"""Files appear when they are complete."""

import pytest

from lase_core.files import complete


def test_a_file_takes_its_place_at_the_end(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("before")
    with complete(str(path)) as partial:
        partial.write_text("after")
        assert partial.parent == tmp_path  # on the same disk
        assert path.read_text() == "before"
    assert path.read_text() == "after"
    assert list(tmp_path.iterdir()) == [path]


def test_what_fails_leaves_what_was_there(tmp_path):
    def stop(partial):
        partial.write_text("half")
        raise KeyboardInterrupt

    path = tmp_path / "a.txt"
    path.write_text("before")
    with pytest.raises(KeyboardInterrupt), complete(path) as partial:
        stop(partial)
    assert path.read_text() == "before"
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_that_is_not_there(tmp_path):
    with pytest.raises(FileNotFoundError, match="nowhere"), complete(tmp_path / "nowhere" / "a.txt"):
        pass
    assert list(tmp_path.iterdir()) == []
