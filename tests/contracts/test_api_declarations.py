"""Every address of the API declares by method which scopes open it, and what it takes."""

from collections.abc import Iterator

from django.urls import URLResolver, get_resolver
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.views import APIView

from evalplatform.rest.not_found import NothingHere
from evalplatform.rest.views import DeclaredView

OPEN_TO_ALL = {SpectacularAPIView, SpectacularSwaggerSplitView, NothingHere}


def list_api_views(resolver: URLResolver | None = None) -> Iterator[type[APIView]]:
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver):
            yield from list_api_views(pattern)
        elif hasattr(pattern.callback, "cls"):
            yield pattern.callback.cls


def test_every_view_declares_a_scope_for_every_method() -> None:
    views = set(list_api_views()) - OPEN_TO_ALL
    assert len(views) > 7
    assert {view.__name__ for view in views if not issubclass(view, DeclaredView)} == set()
    silent = [
        f"{method} {view.__name__}"
        for view in views
        if issubclass(view, DeclaredView)
        for method in set(view().allowed_methods) - {"HEAD"}
        if not view.scopes.get(method)
    ]
    assert silent == []


def test_nothing_is_declared_for_a_method_that_is_not_there() -> None:
    idle = [
        f"{method} {view.__name__}"
        for view in set(list_api_views()) - OPEN_TO_ALL
        if issubclass(view, DeclaredView)
        for declared in (view.scopes, view.queries, view.bodies)
        for method in set(declared) - set(view().allowed_methods)
    ]
    assert idle == []
