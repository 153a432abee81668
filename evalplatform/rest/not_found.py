"""What stands at no address of the API."""

from typing import Any  # whatever the address holds

from drf_spectacular.utils import extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.views import APIView

from evalplatform.common.errors import Missing


@extend_schema(exclude=True)
class NothingHere(APIView):
    """A problem body for every method."""

    permission_classes = [AllowAny]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        raise Missing("There is no such address in the API.")
