"""Answers about the service itself: languages and health."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Mapping, Optional, Tuple

from ._results import Isolation, build, isolation_from


@dataclass(frozen=True)
class JobCounts:
    """How many jobs of a profile have started in which way."""

    hot: int
    warm: int
    cold: int


@dataclass(frozen=True)
class Profile:
    """A language with modules loaded ahead, and a pool of its own."""

    name: str
    ready: bool
    warm_by: str
    preloaded: Tuple[str, ...]
    missing: Tuple[str, ...]
    jobs: JobCounts


@dataclass(frozen=True)
class Runtime:
    """A language of this server; `reason` says why it is not available, `contexts` whether sessions
    may have interpreters of it."""

    language: str
    version: str
    aliases: Tuple[str, ...]
    endings: Tuple[str, ...]
    compiled: bool
    available: bool
    profiles: Tuple[Profile, ...]
    contexts: bool = False
    reason: Optional[str] = None
    description: Optional[str] = None


@dataclass(frozen=True)
class JobLoad:
    """Jobs that run and wait now, and all since the start."""

    running: int
    queued: int
    total: int


@dataclass(frozen=True)
class Pool:
    """Parked workers of one profile; the language `any` is all without a zygote."""

    language: str
    profile: str
    ready: bool
    idle: int
    target: int
    starting: int
    primed: int
    zygote_restarts: int


@dataclass(frozen=True)
class Health:
    """GET /health; `raw` is the whole answer."""

    status: str
    version: str
    uptime_ms: int
    ready: bool
    draining: bool
    isolation: Isolation
    cgroup: str
    jobs: JobLoad
    pools: Tuple[Pool, ...]
    raw: Mapping[str, Any]

    @property
    def ok(self) -> bool:
        return self.status == "ok"


def _profile_from(told: Mapping[str, Any]) -> Profile:
    return build(Profile, told, preloaded=tuple(told["preloaded"]),
                 missing=tuple(told["missing"]), jobs=build(JobCounts, told["jobs"]))


def _runtime_from(told: Mapping[str, Any]) -> Runtime:
    return build(Runtime, told, aliases=tuple(told["aliases"]), endings=tuple(told["endings"]),
                 profiles=tuple(_profile_from(each) for each in told["profiles"]))


def runtimes_from(told: Mapping[str, Any]) -> Tuple[Runtime, ...]:
    return tuple(_runtime_from(each) for each in told["runtimes"])


def health_from(told: Mapping[str, Any]) -> Health:
    return build(Health, told, isolation=isolation_from(told["isolation"]),
                 jobs=build(JobLoad, told["jobs"]),
                 pools=tuple(build(Pool, each) for each in told["pools"]), raw=told)
