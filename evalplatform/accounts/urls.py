from django.contrib.auth.views import LoginView, LogoutView
from django.urls import path

from evalplatform.accounts.views import sign_in_by_link

urlpatterns = [
    path("sign-in/", LoginView.as_view(template_name="accounts/sign_in.html"), name="sign-in"),
    path("sign-in/<str:secret>/", sign_in_by_link, name="sign-in-by-link"),
    path("sign-out/", LogoutView.as_view(), name="sign-out"),
]
