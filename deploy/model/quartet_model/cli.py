"""The command line: the default model, or any local sentence-transformers folder (`--source`)."""

import argparse
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from quartet_model.errors import PreparationError
from quartet_model.precision import DEFAULT_PRECISION, PRECISIONS, Precision
from quartet_model.sources_lock import read_sources_lock
from quartet_model.stamp import is_up_to_date, write_stamp
from quartet_model.steps import say

PREPARATION = Path(__file__).resolve().parents[1]
MODELS = PREPARATION.parents[1] / "build" / "models"


def main(arguments: Sequence[str]) -> int:
    options = _parse(arguments)
    # Without this a TERM would leave partial files behind: exits run the clean-up, signals do not.
    signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))
    try:
        if options.source is None:
            _prepare_default(options.output, options.precision)
        else:
            _prepare_folder(options.source, options.name, options.output, options.precision)
    except PreparationError as error:
        print(f"model: error: {error}", file=sys.stderr)
        return 1
    except OSError as error:  # no space, no permission: the text names the file
        print(f"model: error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("model: interrupted", file=sys.stderr)
        return 130
    return 0


def _parse(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="prepare.py",
        description="Fetches, converts, exports and verifies the model that the server loads. "
        "Without arguments it prepares the default model, if that is not done yet.",
    )
    parser.add_argument(
        "--source", type=Path, metavar="DIR", help="export this local sentence-transformers folder"
    )
    parser.add_argument("--name", help="the model's name (default: the name of DIR)")
    parser.add_argument(
        "--output",
        type=Path,
        metavar="FILE",
        help="the artefact (default: build/models/NAME.pt, NAME-fp32.pt)",
    )
    parser.add_argument(
        "--precision",
        choices=PRECISIONS,
        default=DEFAULT_PRECISION,
        help="what the model computes in (default: %(default)s)",
    )
    options = parser.parse_args(arguments)
    if options.name and options.source is None:
        parser.error("--name needs --source: the default model has its name already")
    return options


# Both import torch and its company inside: the decision to skip must not wait for them.


def _prepare_default(output: Path | None, precision: Precision) -> None:
    lock = read_sources_lock(PREPARATION / "sources.lock.json")
    artefact = output or _default_output(lock.name, precision)
    if is_up_to_date(artefact, PREPARATION, precision):
        say(f"{artefact} is up to date")
        return
    from quartet_model.default_source import ensure_default_source
    from quartet_model.export import export_artefact

    source = MODELS / "sources" / lock.name
    ensure_default_source(lock, PREPARATION / "folder_templates" / lock.name, source)
    export_artefact(source, lock.name, artefact, precision)
    write_stamp(artefact, PREPARATION, precision)


def _default_output(name: str, precision: Precision) -> Path:
    suffix = "" if precision == DEFAULT_PRECISION else f"-{precision}"
    return MODELS / f"{name}{suffix}.pt"


def _prepare_folder(
    source: Path, name: str | None, output: Path | None, precision: Precision
) -> None:
    from quartet_model.export import export_artefact

    chosen = name or source.resolve().name
    export_artefact(source, chosen, output or _default_output(chosen, precision), precision)
