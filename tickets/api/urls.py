"""The addresses of tickets and what hangs on them below /api/v1/."""

from django.urls import path

from tickets.api import bulk, collections, feed, files, intake, talk, views

urlpatterns = [
    path("tickets/", views.Tickets.as_view(), name="tickets"),
    path("tickets/bulk/", bulk.Bulk.as_view(), name="bulk"),
    path("bulk-jobs/<int:job_id>/", bulk.OneJob.as_view(), name="bulk_job"),
    path("bulk-jobs/<int:job_id>/items/", bulk.Items.as_view(), name="bulk_items"),
    path("tickets/<int:ticket_id>/", views.OneTicket.as_view(), name="ticket"),
    path("tickets/<int:ticket_id>/actions/", views.TicketActions.as_view(), name="actions"),
    path("tickets/<int:ticket_id>/messages/", talk.Messages.as_view(), name="messages"),
    path("tickets/<int:ticket_id>/messages/<int:message_id>/", talk.OneMessage.as_view(), name="message"),
    path("tickets/<int:ticket_id>/events/", talk.TicketEvents.as_view(), name="ticket_events"),
    path("tickets/<int:ticket_id>/links/", talk.Links.as_view(), name="links"),
    path("customer-messages/", intake.CustomerMessages.as_view(), name="customer_messages"),
    path("attachments/", files.Files.as_view(), name="attachments"),
    path("attachments/<str:key>/", files.OneFile.as_view(), name="attachment"),
    path("attachments/<str:key>/content/", files.Content.as_view(), name="attachment_content"),
    path("tags/", collections.Tags.as_view(), name="tags"),
    path("views/", collections.Views.as_view(), name="views"),
    path("views/<int:view_id>/", collections.OneView.as_view(), name="view"),
    path("events/", feed.Feed.as_view(), name="events"),
]
