"""The records of chat that logging configurations deliver, as the local service writes them to this machine."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any, Final

from verify.question import NotTried, assumed
from verify.run import Run

_SECONDS: Final = 5.0


@assumed(
    "`version` and `event_timestamp` of a record",
    expected={
        "EVENT": {"version": "1.0", "event_timestamp": "SendTime", "members": 4},
        "MESSAGE": {"version": "1.0", "event_timestamp": "SendTime", "members": 4},
    },
)
def records_of_an_event_and_a_message(run: Run) -> Any:
    """Which members do the delivered records of an event and of a message have?"""
    if run.endpoint.logs is None:
        msg = "this machine does not have the delivered records: look into the log group"
        raise NotTried(msg)
    run.must("UpdateRoom", identifier=run.scratch, loggingConfigurationIdentifiers=[run.logging_configuration])
    client = run.client(run.scratch)
    run.must("SendEvent", roomIdentifier=run.scratch, eventName="logged")
    client.ask("SEND_MESSAGE", Content="logged")
    records = _records(run.endpoint.logs, 2)
    run.must("UpdateRoom", identifier=run.scratch, loggingConfigurationIdentifiers=[])
    return {record["type"]: _described(record) for record in records}


def _described(record: Any) -> dict[str, Any]:
    same = record["event_timestamp"] == record["payload"]["SendTime"]
    timestamp = "SendTime" if same else "another time"
    return {"version": record["version"], "event_timestamp": timestamp, "members": len(record)}


def _records(logs: Path, count: int) -> list[Any]:
    """Return the records that were delivered; after a few seconds also if there are fewer than *count*."""
    end = time.monotonic() + _SECONDS
    while True:
        lines = [line for file in logs.rglob("*.jsonl") for line in file.read_text("utf-8").splitlines(keepends=True)]
        whole = [json.loads(line) for line in lines if line.endswith("\n")]
        if len(whole) >= count or time.monotonic() > end:
            return whole
        time.sleep(0.05)
