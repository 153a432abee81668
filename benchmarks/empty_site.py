"""A site of one view that does nothing, with Django REST framework and without middleware."""

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.urls import path

settings.configure(
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF="benchmarks.empty_site",
    INSTALLED_APPS=["rest_framework"],
    REST_FRAMEWORK={
        "DEFAULT_AUTHENTICATION_CLASSES": [],
        "DEFAULT_PERMISSION_CLASSES": [],
        "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
        "UNAUTHENTICATED_USER": None,
    },
)
application = get_wsgi_application()

from rest_framework.request import Request  # noqa: E402 - the framework wants settings before it is loaded
from rest_framework.response import Response  # noqa: E402
from rest_framework.views import APIView  # noqa: E402


class Nothing(APIView):
    """Reads a body and says that it did."""

    def post(self, request: Request) -> Response:
        return Response({"read": bool(request.data)})


urlpatterns = [path("", Nothing.as_view())]
