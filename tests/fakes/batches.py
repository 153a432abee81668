"""The fake provider's desk for batches: OpenAI's files and batches, and Anthropic's message batches."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any  # bodies are any JSON value

JSON, LINES, OCTETS = "application/json", "application/x-jsonl", "application/octet-stream"
FILE_PART = re.compile(rb'name="file".*?\r\n\r\n(.*?)\r\n--', re.DOTALL)
HOUR = 3600


@dataclass
class BatchDesk:
    """Batches end as soon as `is_done`, with each row's fate taken from `fates` in order: fine, expired, errored, lost.

    `twist` may change the lines of a results file before they are sent.
    """

    answer: Callable[[str, dict[str, Any]], dict[str, Any]]
    is_done: bool = True
    fates: list[str] = field(default_factory=list)
    twist: Callable[[list[str]], list[str]] = lambda lines: lines
    files: dict[str, str] = field(default_factory=dict)
    batches: dict[str, dict[str, Any]] = field(default_factory=dict)

    def handle(self, method: str, path: str, raw: bytes) -> tuple[int, str, str] | None:
        """Status, body and content type; None where the path is none of this desk's."""
        path = path.partition("?")[0].removeprefix("/v1")
        parts = path.strip("/").split("/")
        match method, parts:
            case "POST", ["files"]:
                found = FILE_PART.search(raw)
                return self._keep_file(found.group(1).decode() if found else "")
            case "GET", ["files", name, "content"]:
                return 200, "\n".join(self.twist(self.files[name].splitlines())), OCTETS
            case "POST", ["batches"]:
                return self._open_openai(json.loads(raw))
            case "POST", ["messages", "batches"]:
                rows = [(row["custom_id"], row["params"]) for row in json.loads(raw)["requests"]]
                return 200, json.dumps(self._show(self._open("msgbatch", "/v1/messages", rows, None))), JSON
            case "GET", ["batches"] | ["messages", "batches"]:
                kind = "msgbatch" if parts[0] == "messages" else "batch"
                held = [self._show(pk) for pk in reversed(self.batches) if pk.startswith(f"{kind}_")]
                return 200, json.dumps({"object": "list", "data": held, "has_more": False}), JSON
            case "POST", [*_, "batches", name, "cancel"]:
                self.batches[name]["is_cancelled"] = True
                return 200, json.dumps(self._show(name)), JSON
            case "GET", ["messages", "batches", name, "results"]:
                lines = [self._write_result(*row) for row in self._settle(name)]
                return 200, "\n".join(self.twist(lines)), LINES
            case "GET", [*_, "batches", name]:
                return 200, json.dumps(self._show(name)), JSON
        return None

    def _keep_file(self, text: str) -> tuple[int, str, str]:
        name = f"file-{len(self.files)}"
        self.files[name] = text
        return 200, json.dumps({"id": name, "object": "file", "bytes": len(text), "purpose": "batch"}), JSON

    def _open_openai(self, body: dict[str, Any]) -> tuple[int, str, str]:
        rows = [json.loads(line) for line in self.files[body["input_file_id"]].splitlines()]
        taken = [(row["custom_id"], row["body"]) for row in rows]
        name = self._open("batch", body["endpoint"], taken, body.get("metadata"))
        return 200, json.dumps(self._show(name)), JSON

    def _open(self, kind: str, path: str, rows: list[tuple[str, dict[str, Any]]], metadata: Any) -> str:
        name = f"{kind}_{len(self.batches)}"
        self.batches[name] = {"rows": rows, "path": path, "metadata": metadata, "is_cancelled": False}
        return name

    def _settle(self, name: str) -> list[tuple[str, str, str, dict[str, Any]]]:
        """Fate, path, custom id and body of each row, once for all, last one first: no order is promised."""
        held = self.batches[name]
        if "settled" not in held:
            fates = [*self.fates, *["fine"] * len(held["rows"])]
            settled = [
                ("canceled" if held["is_cancelled"] else fates[n], held["path"], key, body)
                for n, (key, body) in enumerate(held["rows"])
            ]
            held["settled"] = [row for row in reversed(settled) if row[0] != "lost"]
        return list(held["settled"])

    def _write_result(self, fate: str, path: str, key: str, body: dict[str, Any]) -> str:
        if fate == "fine":
            result = {"type": "succeeded", "message": self.answer(path, body)}
        elif fate == "errored":
            error = {"type": "error", "error": {"type": "api_error", "message": "no"}}
            result = {"type": "errored", "error": error}
        else:
            result = {"type": fate}
        return json.dumps({"custom_id": key, "result": result})

    def _write_line(self, fate: str, path: str, key: str, body: dict[str, Any]) -> str:
        if fate == "fine":
            response = {"status_code": 200, "request_id": "r", "body": self.answer(path, body)}
            return json.dumps({"id": "b", "custom_id": key, "response": response, "error": None})
        if fate == "errored":
            response = {"status_code": 500, "request_id": "r", "body": {"error": {"message": "no"}}}
            return json.dumps({"id": "b", "custom_id": key, "response": response, "error": None})
        code = "batch_expired" if fate == "expired" else "batch_cancelled"
        return json.dumps(
            {"id": "b", "custom_id": key, "response": None, "error": {"code": code, "message": "no"}}
        )

    def _show(self, name: str) -> dict[str, Any]:
        held = self.batches[name]
        is_done = self.is_done or held["is_cancelled"]
        total = len(held["rows"])
        if name.startswith("msgbatch_"):
            counts = {"processing": total, "succeeded": 0, "errored": 0, "canceled": 0, "expired": 0}
            if is_done:
                counts = {**counts, "processing": 0, "succeeded": total}
            return {
                "id": name, "type": "message_batch", "processing_status": "ended" if is_done else "in_progress",
                "request_counts": counts, "created_at": "2030-01-01T00:00:00Z", "expires_at": "2030-01-02T00:00:00Z",
                "results_url": "http://169.254.169.254/steal" if is_done else None,
            }  # fmt: skip
        if is_done and "output" not in held:
            settled = self._settle(name)
            held["output"] = self._keep_lines([self._write_line(*row) for row in settled if row[0] == "fine"])
            held["errors"] = self._keep_lines([self._write_line(*row) for row in settled if row[0] != "fine"])
        ended = "cancelled" if held["is_cancelled"] else "completed"
        return {
            "id": name, "object": "batch", "endpoint": held["path"], "metadata": held["metadata"],
            "status": ended if is_done else "in_progress", "output_file_id": held.get("output"),
            "error_file_id": held.get("errors"), "created_at": 4_000_000_000, "expires_at": 4_000_000_000 + 24 * HOUR,
            "request_counts": {"total": total, "completed": total if is_done else 0, "failed": 0},
        }  # fmt: skip

    def _keep_lines(self, lines: list[str]) -> str | None:
        if not lines:
            return None
        name = f"file-{len(self.files)}"
        self.files[name] = "\n".join(lines) + "\n"
        return name
