"""Draws what `quartet monitor` shows of a running server, as SVG: README's picture.

    build/venv/bin/python client/picture/draw_monitor.py HOST:PORT client/picture/monitor.svg

The server should have some work (quartet-bench gives it), or there is little to see. Needs
build/release/bin/quartet and the tests' Python packages (`./tests/run.sh` installs them).
"""

from __future__ import annotations

import argparse
import itertools
import sys
import time
from pathlib import Path
from xml.sax.saxutils import escape

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tests/end_to_end"))

import pyte

from terminal import Terminal

ROOT = Path(__file__).resolve().parents[2]
COLUMN, LINE, MARGIN = 8.0, 18.0, 12.0  # pixels; a character is a column wide
BACKGROUND = "#1b1f27"
COLOURS = {"default": "#d5d9e0", "green": "#5fd17a", "brown": "#e6c34a", "red": "#ff6b6b"}


def runs(screen: pyte.Screen, y: int) -> list[tuple[int, str, str, bool]]:
    """The line's words of one style: where they start, text, colour, boldness."""
    cells = [(x, screen.buffer[y][x]) for x in range(screen.columns)]
    found = []
    for (colour, bold), group in itertools.groupby(cells, lambda cell: (cell[1].fg, cell[1].bold)):
        same = list(group)
        text = "".join(cell.data for _, cell in same).rstrip()
        if text:
            start = len(text) - len(text.lstrip())
            found.append((same[0][0] + start, text.lstrip(), colour, bold))
    return found


def as_svg(screen: pyte.Screen) -> str:
    width = screen.columns * COLUMN + 2 * MARGIN
    height = screen.lines * LINE + 2 * MARGIN
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:g}" height="{height:g}"'
        ' font-family="DejaVu Sans Mono, Menlo, Consolas, monospace" font-size="13">',
        f'<rect width="100%" height="100%" rx="6" fill="{BACKGROUND}"/>',
    ]
    for y in range(screen.lines):
        for x, text, colour, bold in runs(screen, y):
            weight = ' font-weight="bold"' if bold else ""
            # textLength keeps the columns, whatever font the viewer has.
            lines.append(
                f'<text x="{MARGIN + x * COLUMN:g}" y="{MARGIN + (y + 0.75) * LINE:g}"'
                f' textLength="{len(text) * COLUMN:g}" lengthAdjust="spacingAndGlyphs"'
                f' xml:space="preserve" fill="{COLOURS[colour]}"{weight}>{escape(text)}</text>'
            )
    return "\n".join([*lines, "</svg>\n"])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("metrics", help="HOST:PORT of the server's --metrics-listen")
    parser.add_argument("picture", type=Path)
    parser.add_argument("--quartet", type=Path, default=ROOT / "build/release/bin/quartet")
    parser.add_argument("--seconds", type=float, default=45, help="to watch before the picture")
    arguments = parser.parse_args()
    command = [arguments.quartet, "monitor", f"--metrics={arguments.metrics}", "--seconds=1"]
    terminal = Terminal(command)
    try:
        end = time.monotonic() + arguments.seconds
        terminal.wait_for(lambda: time.monotonic() > end, arguments.seconds + 10)
        terminal.wait_for_text("p99")
        arguments.picture.write_text(as_svg(terminal.screen))
        terminal.press("q")
        terminal.wait_for_exit()
    finally:
        terminal.close()


if __name__ == "__main__":
    main()
