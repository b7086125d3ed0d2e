"""Files of reports; the names live among those of reports/urls.py."""

from django.urls import path

from reports.views import exports

urlpatterns = [
    path("files/", exports.listing, name="exports"),
    path("files/<int:job_id>/", exports.job, name="export"),
    path("files/<int:job_id>/download/", exports.download, name="export_download"),
    path("files/tickets/<str:kpi>/<str:file_format>/", exports.tickets, name="export_tickets"),
    path("files/tickets/<str:kpi>/<str:file_format>/start/", exports.start, name="export_start"),
    path("files/pages/<str:page>/", exports.page, name="export_page"),
    path("files/pages/<str:page>/<str:table>/<str:file_format>/", exports.table, name="export_table"),
]
