"""A pipeline that submits batches to the project `sky` over HTTP, and sends again what it got no answer to."""

import http.client
from contextlib import closing
from dataclasses import dataclass

from annotations.models import Project, Role
from evalplatform.accounts.tokens import create_api_token
from tests.factories.ledger import make_member


@dataclass(frozen=True)
class Reply:
    """What a client hears; `is_replay`: the answer that was given before."""

    status: int
    body: bytes
    is_replay: bool


@dataclass(frozen=True)
class Pipeline:
    """A client with a researcher's token."""

    project: Project
    token: str

    def post(self, address: str, body: bytes, *, key: str = "nightly-1", chunked: bool = False) -> Reply:
        """Submit NDJSON to the server at host:port. Raises OSError or HTTPException where it is gone."""
        headers = {
            "Authorization": f"Bearer {self.token}",
            "Idempotency-Key": key,
            "Content-Type": "application/x-ndjson",
        }
        lines = iter(body.splitlines(keepends=True)) if chunked else body
        with closing(http.client.HTTPConnection(address, timeout=30)) as server:
            path = f"/api/v1/projects/{self.project.slug}/batches/"
            server.request("POST", path, lines, headers, encode_chunked=chunked)
            answer = server.getresponse()
            return Reply(answer.status, answer.read(), answer.headers["Idempotent-Replayed"] == "true")

    def is_accepted(self, address: str, body: bytes, *, key: str = "nightly-1") -> bool:
        """Whether the server took the batch now or had taken it before; False where it is gone or busy."""
        try:
            return self.post(address, body, key=key).status == 202
        except (OSError, http.client.HTTPException):
            return False


def make_pipeline(project: Project) -> Pipeline:
    member = make_member(project, Role.RESEARCHER)
    return Pipeline(project, create_api_token(user=member.user, name="pipeline")[1])
