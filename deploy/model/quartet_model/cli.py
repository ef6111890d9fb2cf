"""The command line: one subcommand for each file of `commands/`."""

import argparse
import signal
import sys
from collections.abc import Sequence

from quartet_model.commands import export, fetch, inspect, list_models, verify
from quartet_model.errors import PreparationError

COMMANDS = {
    "fetch": fetch,
    "export": export,
    "verify": verify,
    "list": list_models,
    "inspect": inspect,
}


def main(arguments: Sequence[str]) -> int:
    options = _parse(arguments)
    # Without this a TERM would leave partial files behind: exits run the clean-up, signals do not.
    signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))
    try:
        COMMANDS[options.command].run(options)
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
        description="Fetches, converts, exports and verifies the model that the server loads.",
        epilog="Without a command it exports: without arguments the default model, if that is not "
        "done yet.",
    )
    subparsers = parser.add_subparsers(dest="command", required=True)
    for name, command in COMMANDS.items():
        command.add_arguments(
            subparsers.add_parser(name, help=command.HELP, description=command.HELP)
        )
    if not arguments or (arguments[0].startswith("-") and arguments[0] not in ("-h", "--help")):
        arguments = ["export", *arguments]
    return parser.parse_args(arguments)
