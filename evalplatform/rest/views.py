"""The base of every view of the API: scopes, query parameters and bodies are declared by method."""

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar  # parsed values are any JSON

from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.views import APIView

from evalplatform.accounts.models import User
from evalplatform.accounts.session import require_user
from evalplatform.common.errors import Invalid
from evalplatform.rest.fields import (
    BodySerializer,
    PageQuery,
    QuerySerializer,
    read_body,
    read_query,
    refuse_unknown,
)
from evalplatform.rest.scopes import Scopes

JSON = "application/json"


class OneAnswer(DefaultContentNegotiation):
    """An address answers in one way, and says in Content-Type which; what `Accept` wishes changes nothing."""

    def select_renderer(
        self, request: Request, renderers: Iterable[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        renderer = next(iter(renderers))
        return renderer, str(renderer.media_type)


class DeclaredView(APIView):
    """A view takes what it declares and nothing else.

    `scopes` opens it to tokens: one of those named for the method suffices. `queries` and `bodies` name what the
    method takes; a method without an entry takes none. A body declared as None is read by the view itself.
    """

    http_method_names = ["get", "post", "put", "patch", "delete", "head"]
    content_negotiation_class = OneAnswer
    scopes: ClassVar[Mapping[str, Scopes]] = {}
    queries: ClassVar[Mapping[str, type[QuerySerializer]]] = {}
    bodies: ClassVar[Mapping[str, type[BodySerializer] | None]] = {}

    query: dict[str, Any]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if request.method in self.allowed_methods:  # any other is answered by 405
            self.query = read_query(self.query_of(str(request.method)), request.query_params)
            if request.method not in self.bodies:
                self._refuse_body(request)

    @property
    def actor(self) -> User:
        """Who asks."""
        return require_user(self.request.user)

    @classmethod
    def scopes_of(cls, method: str) -> Scopes:
        """Scopes of which one opens the method."""
        return cls.scopes.get(_read_as(method), ())

    @classmethod
    def query_of(cls, method: str) -> type[QuerySerializer]:
        """The query parameters of the method."""
        return cls.queries.get(_read_as(method), QuerySerializer)

    def read_body(self) -> dict[str, Any]:
        """The body that this method declares. Raises Invalid or ValidationError."""
        declared = self.bodies[str(self.request.method)]
        if declared is None:
            raise TypeError("this body is read by the view itself")
        return read_body(declared, self.request.data)

    @staticmethod
    def _refuse_body(request: Request) -> None:
        """A form is never read here; JSON must be an empty object or nothing."""
        if request.content_type.partition(";")[0].strip().lower() != JSON or not request.data:
            return
        if not isinstance(request.data, dict):
            raise Invalid("This address takes no body.")
        refuse_unknown(request.data, ())


class DeclaredList(DeclaredView):
    """A list, page by page."""

    queries: ClassVar[Mapping[str, type[QuerySerializer]]] = {"GET": PageQuery}


def _read_as(method: str) -> str:
    return "GET" if method == "HEAD" else method
