"""Addresses of bulk gestures and of the jobs that they are."""

from django.urls import path

from tickets.views import bulk, bulk_jobs

urlpatterns = [
    path("bulk/", bulk.bulk, name="bulk"),
    path("bulk/count/", bulk.count, name="bulk_count"),
    path("bulk/choices/<slug:what>/", bulk.choices, name="bulk_choices"),
    path("bulk/<int:job_id>/", bulk_jobs.job, name="bulk_job"),
    path("bulk/<int:job_id>/undo/", bulk_jobs.undo, name="bulk_undo"),
    path("bulk/<int:job_id>/cancel/", bulk_jobs.cancel, name="bulk_cancel"),
    path("bulk/<int:job_id>/words/", bulk_jobs.words, name="bulk_words"),
]
