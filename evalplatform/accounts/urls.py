from django.contrib.auth.views import LoginView, LogoutView
from django.urls import path

from evalplatform.accounts.token_views import revoke_token, show_tokens
from evalplatform.accounts.views import sign_in_by_link

urlpatterns = [
    path("sign-in/", LoginView.as_view(template_name="accounts/sign_in.html"), name="sign-in"),
    path("sign-in/<str:secret>/", sign_in_by_link, name="sign-in-by-link"),
    path("sign-out/", LogoutView.as_view(), name="sign-out"),
    path("tokens/", show_tokens, name="tokens"),
    path("tokens/<uuid:public_id>/revoke/", revoke_token, name="token-revoke"),
]
