"""Small animated pictures: one set of colours for all frames, and only what changes is written."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]

__all__ = ["Colours", "write"]

_FLAT = 64  # colours that are kept as they are: floors, paper, ink
_SAME = 255  # the number that means: as in the frame before
_BYTES = np.array([1 << 16, 1 << 8, 1], dtype=np.uint32)


class Colours:
    """At most 255 colours, and which of them is nearest to any other.

    Parameters
    ----------
    samples : sequence of ndarray of uint8, shapes (height, width, 3)
        Pictures in which all colours occur. The most frequent ones are kept exactly.

    Examples
    --------
    >>> picture = np.zeros((2, 2, 3), dtype=np.uint8)
    >>> picture[0, 0] = 255, 128, 0
    >>> colours = Colours([picture])
    >>> colours.rgb[colours.indices(picture)][0, 0].tolist()
    [255, 128, 0]
    """

    def __init__(self, samples: Sequence[NDArray[np.uint8]]) -> None:
        pixels = np.concatenate([sample.reshape(-1, 3) for sample in samples]) @ _BYTES
        found, counts = np.unique(pixels, return_counts=True)
        order = np.argsort(-counts, kind="stable")
        packed = found[order[:_FLAT]]
        rest = pixels[np.isin(pixels, packed, invert=True)]
        if len(rest):
            edges = Image.fromarray(_unpacked(rest)[None]).quantize(_SAME - _FLAT, kmeans=1).getpalette() or []
            packed = np.unique(np.concatenate([packed, np.array(edges).reshape(-1, 3) @ _BYTES]))[:_SAME]
        self.rgb = _unpacked(packed)
        """Shape (at most 255, 3)."""
        self._nearest = np.full(1 << 24, _SAME, dtype=np.uint8)  # found out when a colour is met

    def indices(self, picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Find the nearest colours.

        Parameters
        ----------
        picture : ndarray of uint8, shape (height, width, 3)
            RGB.

        Returns
        -------
        ndarray of uint8, shape (height, width)
            Rows of `rgb`.
        """
        packed = picture @ _BYTES
        found = self._nearest[packed]
        if (found == _SAME).any():
            new = np.unique(packed[found == _SAME])
            apart = _unpacked(new).astype(np.int32)[:, None] - self.rgb.astype(np.int32)
            self._nearest[new] = (apart**2).sum(axis=2).argmin(axis=1)
            found = self._nearest[packed]
        return np.asarray(found)

    def palette(self) -> list[int]:
        """Return 256 colours, one after the other: `rgb`, and others that occur nowhere among them."""
        unused = np.setdiff1d(np.arange(1, 512), self.rgb @ _BYTES)[: 256 - len(self.rgb)]
        return [int(k) for k in np.concatenate([self.rgb, _unpacked(unused)]).ravel()]


def _unpacked(packed: Array) -> NDArray[np.uint8]:
    return np.stack([packed >> 16, packed >> 8 & 255, packed & 255], axis=-1).astype(np.uint8)


def write(
    path: Path, pictures: Iterable[NDArray[np.uint8]], colours: Colours, *, kind: str, each: float, pause: float
) -> int:
    """Write an animated picture that begins again when it ends.

    Parameters
    ----------
    path : Path
        Where to.
    pictures : iterable of ndarray of uint8, shapes (height, width, 3)
        Frames.
    colours : Colours
        Of all of them.
    kind : str
        ``"GIF"`` or ``"PNG"``.
    each, pause : float
        Seconds that a frame stays, and the last one stays longer.

    Returns
    -------
    int
        Number of frames.
    """
    palette = colours.palette()
    frames: list[Image.Image] = []
    before: Array | None = None
    for picture in pictures:
        now = colours.indices(picture)
        frame = Image.fromarray(now if before is None else np.where(now == before, np.uint8(_SAME), now))
        frame.putpalette(palette)
        frames.append(frame)
        before = now
    durations = [round(1000 * each)] * (len(frames) - 1) + [round(1000 * (each + pause))]
    options: dict[str, Any] = (
        {"palette": bytes(palette), "optimize": False}
        if kind == "GIF"
        else {"blend": [0] + [1] * (len(frames) - 1)}  # over the frame before
    )
    frames[0].save(
        path,
        format=kind,
        save_all=True,
        append_images=frames[1:],
        duration=durations,
        loop=0,
        transparency=_SAME,
        disposal=1 if kind == "GIF" else 0,  # both mean: leave it there
        **options,
    )
    return len(frames)
