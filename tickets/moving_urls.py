"""Addresses of what reshapes tickets, shares them, prints them and shows what stands beside them."""

from django.urls import path

from tickets.views import beside, files, links, merging, picking, printing, sharing, splitting

urlpatterns = [
    path("files/<str:key>/pdf/", files.pdf, name="pdf"),
    path("<int:ticket_id>/links/", links.links, name="links"),
    path("<int:ticket_id>/children/", links.children, name="children"),
    path("<int:ticket_id>/pick/", picking.pick, name="pick"),
    path("<int:ticket_id>/merge/", merging.merge, name="merge"),
    path("<int:ticket_id>/merge/undo/", merging.unmerge, name="unmerge"),
    path("<int:ticket_id>/split/undo/", splitting.unsplit, name="unsplit"),
    path("<int:ticket_id>/messages/<int:message_id>/", sharing.message, name="message"),
    path("<int:ticket_id>/changes/<int:change_id>/", sharing.change, name="change"),
    path("<int:ticket_id>/messages/<int:message_id>/split/", splitting.split, name="split"),
    path("<int:ticket_id>/beside/", beside.beside, name="beside"),
    path("<int:ticket_id>/time/", beside.time, name="time"),
    path("<int:ticket_id>/print/", printing.printed, name="print"),
]
