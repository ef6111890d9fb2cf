"""How long everything is measured."""

from __future__ import annotations

from dataclasses import dataclass, field

from subjects import ENGINES, QUICK, SERVICES, SMOKE, Engine, Service

# Threads of a lane, lanes.
Mode = tuple[int, int]


@dataclass(frozen=True)
class Plan:
    engines: list[Engine]
    services: list[Service]
    modes: list[Mode] = field(default_factory=lambda: [(1, 1), (2, 1), (1, 2)])
    engine_rounds: int = 5
    engine_seconds: float = 0.4  # of one set in one round
    starts: int = 3
    closed_rounds: int = 3
    closed_seconds: float = 3
    clients: tuple[int, ...] = (1, 4, 16, 64)
    # Of the service's own capacity, as the closed loops found it.
    open_shares: tuple[float, ...] = (0.1, 0.25, 0.5, 0.7, 0.8, 0.9, 1.0, 1.15)
    open_rounds: int = 1
    open_seconds: float = 5
    warm_up_seconds: float = 0.7
    memory_seconds: float = 30


def _of(names: set[str]) -> tuple[list[Engine], list[Service]]:
    return [e for e in ENGINES if e.name in names], [s for s in SERVICES if s.name in names]


FULL_SERVICES = [service for service in SERVICES if service.name != "openvino int8"]
PLANS = {
    "full": Plan(ENGINES, FULL_SERVICES),
    "quick": Plan(
        *_of(QUICK),
        engine_rounds=3,
        starts=1,
        closed_rounds=2,
        closed_seconds=2,
        clients=(1, 16),
        open_shares=(0.5, 0.8, 1.1),
        open_seconds=3,
        memory_seconds=10,
    ),
    "smoke": Plan(
        *_of(SMOKE),
        modes=[(1, 1)],
        engine_rounds=1,
        engine_seconds=0.05,
        starts=1,
        closed_rounds=1,
        closed_seconds=0.3,
        clients=(1, 2),
        open_shares=(0.5,),
        open_seconds=0.5,
        warm_up_seconds=0.1,
        memory_seconds=1,
    ),
}
