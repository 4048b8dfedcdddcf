"""Whether an engine may be offered: its answers on the check pictures, against eager's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app import parity
from app.engines.devices import machine_key
from app.engines.kinds import KINDS, package_version
from app.errors import EngineError, ErrorCode
from app.results import Parity

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.engines.protocol import Engine
    from app.models import Model


def verdict(model: Model, name: str, engine: Engine, eager: Callable[[], Engine]) -> Parity:
    """How an engine's answers differ from eager's on the check pictures; measured once on each machine.

    `eager` is asked for only when its answers are not cached.
    """
    card = model.card
    version = f"{model.version}-{parity.pictures_key()}"
    made_by = name, package_version(name), engine.info.device, machine_key()
    key = "/".join((*made_by, card.id, version))
    found = parity.known(key)
    if found is None:
        batches = list(parity.check_batches(card.input))
        expected = parity.reference(
            f"{card.id}-{version}", lambda: parity.probabilities(eager(), batches, card)
        )
        found = parity.compare(name, expected, parity.probabilities(engine, batches, card))
        parity.remember(key, found)
    return found


def require_agreement(found: Parity) -> None:
    """Raise EngineError `engine_disagrees` for an engine that must not be offered."""
    needed = KINDS[found.engine].agreement
    if found.agreement < needed:
        raise EngineError(
            ErrorCode.ENGINE_DISAGREES,
            engine=found.engine,
            agreement=f"{found.agreement:.1%}",
            pictures=found.pictures,
            needed=f"{needed:.0%}",
        )
