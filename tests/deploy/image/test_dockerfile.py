"""deploy/Dockerfile keeps the rules of images that clusters accept."""

from __future__ import annotations

import re

from dockerfile import DEPLOY, all_of, exec_form, load_stages, only, pairs

STAGES = load_stages()
FINAL = STAGES[-1]


def test_the_final_stage_is_empty_but_for_the_root_that_the_script_made() -> None:
    assert only(FINAL, "FROM") == "scratch"
    assert only(FINAL, "COPY") == "--from=build /image /"
    assert not all_of(FINAL, "RUN") + all_of(FINAL, "ADD")
    assert "./deploy/image/make_root.sh /image" in all_of(STAGES[0], "RUN")[-1]


def test_the_user_is_a_number_above_those_of_the_host() -> None:
    user, group = only(FINAL, "USER").split(":")
    assert int(user) >= 10000
    assert int(group) >= 10000


def test_no_base_is_whatever_is_newest() -> None:
    bases = re.findall(r"^ARG BASE=(.*)$", (DEPLOY / "Dockerfile").read_text(), re.MULTILINE)
    assert len(bases) == 1
    assert re.fullmatch(r"debian:bookworm-slim(@sha256:[0-9a-f]{64})?", bases[0])
    assert [only(stage, "FROM") for stage in STAGES[:-1]] == ["${BASE} AS build"]


def test_the_server_gets_the_engines_signal_itself() -> None:
    assert exec_form(only(FINAL, "ENTRYPOINT")) == ["/opt/quartet/bin/quartet-server"]
    assert only(FINAL, "STOPSIGNAL") == "SIGTERM"
    assert not all_of(FINAL, "CMD")


def test_the_version_is_that_of_the_project() -> None:
    cmake = (DEPLOY.parent / "CMakeLists.txt").read_text()
    version = re.search(r"project\(quartet VERSION (\S+)", cmake)
    assert version
    labels = pairs(only(FINAL, "LABEL"))
    assert labels["org.opencontainers.image.version"] == version[1]
    assert labels["org.opencontainers.image.licenses"] == "Apache-2.0"


def test_what_is_built_here_stays_out_of_the_build() -> None:
    ignored = (DEPLOY.parent / ".dockerignore").read_text().split()
    assert {".git", "build"} <= set(ignored)
