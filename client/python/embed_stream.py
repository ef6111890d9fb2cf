"""Embeds any number of texts on a stream: lines of standard input, vectors to standard output.

    python client/python/embed_stream.py localhost:50051 < lines.txt > vectors.f32
    numpy.fromfile("vectors.f32", "<f4").reshape(-1, 384)

Needs the package beside it: pip install ./client/python
"""

import sys

from quartet_client import Client


def main(address: str) -> None:
    """Ends at the first line that is refused, with what is wrong with it."""
    lines = (line.rstrip("\n") for line in sys.stdin)
    with Client(address) as client:
        for vector in client.embed_stream(lines):
            sys.stdout.buffer.write(vector.tobytes())


if __name__ == "__main__":
    main(*sys.argv[1:])
