from django.contrib.auth.views import LogoutView
from django.urls import path

from evalplatform.accounts.password_views import change_password, choose_password
from evalplatform.accounts.second_factor_views import (
    ask_code,
    begin,
    confirm,
    renew_codes,
    show_second_factor,
    turn_off,
)
from evalplatform.accounts.token_views import revoke_token, show_tokens
from evalplatform.accounts.views import SignIn, sign_in_by_link

urlpatterns = [
    path("sign-in/", SignIn.as_view(), name="sign-in"),
    path("sign-in/code/", ask_code, name="sign-in-code"),  # before the links, whose secrets are longer
    path("sign-in/<str:secret>/", sign_in_by_link, name="sign-in-by-link"),
    path("password/", change_password, name="change-password"),
    path("password/<str:secret>/", choose_password, name="choose-password"),
    path("account/second-factor/", show_second_factor, name="second-factor"),
    path("account/second-factor/begin/", begin, name="second-factor-begin"),
    path("account/second-factor/confirm/", confirm, name="second-factor-confirm"),
    path("account/second-factor/codes/", renew_codes, name="second-factor-codes"),
    path("account/second-factor/off/", turn_off, name="second-factor-off"),
    path("sign-out/", LogoutView.as_view(), name="sign-out"),
    path("tokens/", show_tokens, name="tokens"),
    path("tokens/<uuid:public_id>/revoke/", revoke_token, name="token-revoke"),
]
