"""Figures come with the machine they were measured on."""

import json

from app.bench.machine import record


def test_machine_is_described_in_plain_values() -> None:
    machine = record()
    assert json.loads(json.dumps(machine)).keys() == machine.keys()
    assert machine["cpu"]
    assert machine["torch"]
    assert isinstance(machine["cores"], int)
    assert machine["cores"] >= 1
