"""Which engines may be tried here, and what the others lack."""

from __future__ import annotations

from app.core.engine_kinds import ENGINES
from app.core.stages import Report
from app.engines.availability import Unavailable, why_not
from app.engines.devices import DEVICES, DeviceStatus, probe, resolve


class Survey:
    """Asks torch; the window calls it in a process of its own, through `app.core.child_process`."""

    def obstacles(self, device: str, _report: Report) -> dict[str, Unavailable | None]:
        """For each engine what this machine lacks, None for nothing, on the device of a setting.

        Raises EngineError when there is no such device.
        """
        found = resolve(device)
        return {name: why_not(name, found) for name in ENGINES}

    def devices(self, _report: Report) -> dict[str, DeviceStatus]:
        """What each device can do here."""
        return {name: probe(name) for name in DEVICES}
