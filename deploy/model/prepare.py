"""Entry point: `python deploy/model/prepare.py`; `--help` lists what it can do."""

import sys

from quartet_model.cli import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
