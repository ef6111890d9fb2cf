#!/usr/bin/env python3
"""The list of what a build's programs are made of, as CycloneDX 1.5 (JSON):

    make_sbom.py --version 0.1.0 --output quartet.cdx.json PROGRAM...

Every shared library that the loader would load, with the Debian package or the wheel it is of, and
what is linked statically or compiled in. The same build makes the same bytes.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import subprocess
from collections.abc import Iterable
from importlib import metadata
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
# Compiled in from headers; what else is compiled in comes from pip's pins.
HEADER_PACKAGES = ("libcli11-dev", "nlohmann-json3-dev")
HEADER_WHEELS = ("googleapis-common-protos",)  # google/rpc/*.proto
LINKAGE = "quartet:linkage"


def shared_libraries(programs: Iterable[str]) -> list[Path]:
    """Those of all programs, as the loader finds them."""
    found = set()
    for program in programs:
        listing = subprocess.run(["ldd", program], capture_output=True, text=True, check=True)
        for line in listing.stdout.splitlines():
            if "not found" in line:
                raise SystemExit(f"make_sbom.py: {program}: {line.strip()}")
            if match := re.search(r"(/\S+) \(0x", line):
                found.add(Path(match[1]).resolve())
    return sorted(found)


def packages_of(files: Iterable[Path]) -> dict[Path, str]:
    """Debian package by file, for files that are of one."""
    # dpkg knows /lib/... where the file system says /usr/lib/...
    asked = {
        f"*{path.relative_to('/usr') if path.is_relative_to('/usr') else path}": path
        for path in files
    }
    listing = subprocess.run(["dpkg", "-S", *asked], capture_output=True, text=True, check=False)
    found = {}
    for line in listing.stdout.splitlines():
        package, _, name = line.partition(": ")
        found[Path(name).resolve()] = package.split(":")[0]
    return {path: found[path] for path in files if path in found}


def debian_component(package: str, linkage: str) -> dict[str, Any]:
    query = "${Version}\t${Architecture}\t${source:Package}\t${source:Version}"
    shown = subprocess.run(
        ["dpkg-query", "-W", "-f", query, package], capture_output=True, text=True, check=True
    )
    version, architecture, source, source_version = shown.stdout.split("\t")
    name = package.replace("+", "%2B")
    return component(
        package,
        version,
        f"pkg:deb/debian/{name}@{version.replace('+', '%2B')}?arch={architecture}&distro=debian-12",
        linkage,
        {"debian:source": f"{source} {source_version}"},
    )


def wheel_component(name: str, linkage: str) -> dict[str, Any]:
    version = metadata.version(name)
    return component(name, version, f"pkg:pypi/{name}@{version.replace('+', '%2B')}", linkage)


def component(
    name: str, version: str, purl: str, linkage: str, properties: dict[str, str] | None = None
) -> dict[str, Any]:
    named = {LINKAGE: linkage} | (properties or {})
    return {
        "type": "library",
        "bom-ref": purl,
        "name": name,
        "version": version,
        "purl": purl,
        "properties": [{"name": key, "value": value} for key, value in named.items()],
    }


def sentencepiece() -> dict[str, Any]:
    """Built from the source package that deploy/sentencepiece.txt pins."""
    pin = re.search(
        r"^sentencepiece==(\S+) --hash=sha256:(\w+)$",
        (ROOT / "deploy/sentencepiece.txt").read_text(),
        re.MULTILINE,
    )
    assert pin
    made = component("sentencepiece", pin[1], f"pkg:pypi/sentencepiece@{pin[1]}", "static")
    return made | {"hashes": [{"alg": "SHA-256", "content": pin[2]}]}


def with_files(made: dict[str, Any], files: list[Path]) -> dict[str, Any]:
    """The very files, each by name and digest."""
    return made | {
        "components": [
            {
                "type": "file",
                "name": path.name,
                "hashes": [
                    {"alg": "SHA-256", "content": hashlib.sha256(path.read_bytes()).hexdigest()}
                ],
            }
            for path in files
        ]
    }


def components(libraries: list[Path]) -> list[dict[str, Any]]:
    packages = packages_of(libraries)
    files: dict[str, list[Path]] = {}
    for path in libraries:
        # Not Debian's: libtorch and what its wheel brings, or libquartet_encoder, which is ours.
        owner = packages.get(path) or ("torch" if "site-packages" in path.parts else "")
        files.setdefault(owner, []).append(path)
    made = [
        with_files(
            wheel_component(owner, "shared")
            if owner == "torch"
            else debian_component(owner, "shared"),
            paths,
        )
        for owner, paths in files.items()
        if owner
    ]
    made += [debian_component(name, "headers") for name in HEADER_PACKAGES]
    made += [wheel_component(name, "headers") for name in HEADER_WHEELS]
    made.append(sentencepiece())
    unknown = [path for path in files.get("", []) if path.name != "libquartet_encoder.so"]
    if unknown:
        raise SystemExit(f"make_sbom.py: of no package: {', '.join(map(str, unknown))}")
    return sorted(made, key=lambda entry: str(entry["purl"]))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--version", required=True)
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("programs", nargs="+", metavar="PROGRAM")
    arguments = parser.parse_args()
    made = components(shared_libraries(arguments.programs))
    own = f"pkg:generic/quartet@{arguments.version}"
    document = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "bom-ref": own,
                "name": "quartet",
                "version": arguments.version,
            }
        },
        "components": made,
        "dependencies": [{"ref": own, "dependsOn": [entry["bom-ref"] for entry in made]}],
    }
    arguments.output.write_text(json.dumps(document, indent=2) + "\n")


if __name__ == "__main__":
    main()
