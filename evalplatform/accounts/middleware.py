"""Pages in the user's own language and zone."""

from collections.abc import Callable
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone, translation


class UserPreferencesMiddleware:
    """What a user has chosen wins over what the browser says; the switch on the page wins over both."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        user = request.user
        switched = settings.LANGUAGE_COOKIE_NAME in request.COOKIES
        if user.is_authenticated and user.language and not switched:
            translation.activate(user.language)
            request.LANGUAGE_CODE = user.language
        if user.is_authenticated and user.time_zone:
            try:
                timezone.activate(ZoneInfo(user.time_zone))
            except ZoneInfoNotFoundError:
                timezone.deactivate()
        else:
            timezone.deactivate()
        return self.get_response(request)
