from django.urls import path

from evalplatform.home.leaving_views import erase_member, leave
from evalplatform.home.views import home, project_page

urlpatterns = [
    path("", home, name="home"),
    path("p/<slug:slug>/", project_page, name="project"),
    path("account/erase/", leave, name="leave"),
    path("p/<slug:slug>/people/<uuid:public_id>/erase/", erase_member, name="member-erase"),
]
