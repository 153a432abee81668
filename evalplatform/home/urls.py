from django.urls import path

from evalplatform.home.views import home, project_page

urlpatterns = [
    path("", home, name="home"),
    path("p/<slug:slug>/", project_page, name="project"),
]
