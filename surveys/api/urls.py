"""The addresses of surveys below /api/v1/."""

from django.urls import path

from surveys.api import views

urlpatterns = [
    path("surveys/", views.Surveys.as_view(), name="surveys"),
    path("surveys/<int:survey_id>/", views.OneSurvey.as_view(), name="survey"),
]
