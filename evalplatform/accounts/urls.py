from django.contrib.auth.views import LogoutView
from django.urls import path

from evalplatform.accounts.password_views import change_password, choose_password
from evalplatform.accounts.token_views import revoke_token, show_tokens
from evalplatform.accounts.views import SignIn, sign_in_by_link

urlpatterns = [
    path("sign-in/", SignIn.as_view(), name="sign-in"),
    path("sign-in/<str:secret>/", sign_in_by_link, name="sign-in-by-link"),
    path("password/", change_password, name="change-password"),
    path("password/<str:secret>/", choose_password, name="choose-password"),
    path("sign-out/", LogoutView.as_view(), name="sign-out"),
    path("tokens/", show_tokens, name="tokens"),
    path("tokens/<uuid:public_id>/revoke/", revoke_token, name="token-revoke"),
]
