"""Where tickets live; addresses are nouns."""

from django.urls import path

from tickets import bulk_urls, forms, moving_urls
from tickets.views import (
    choices,
    customer_panel,
    detail,
    edit,
    files,
    frames,
    gestures,
    inbox,
    new,
    presence,
    reading,
    replies,
    search,
    stream,
    writing,
)

app_name = "tickets"

urlpatterns = [
    path("", inbox.inbox, name="inbox"),
    path("rows/", inbox.rows, name="rows"),
    path("views/", inbox.views, name="views"),
    path("narrow/", inbox.narrow, name="narrow"),
    path("search/", search.search, name="search"),
    path("search/suggestions/", search.suggestions, name="search_suggestions"),
    path("new/", new.new, name="new"),
    *bulk_urls.urlpatterns,
    path("people/", choices.people, name="people"),
    path("of-customer/<int:customer_id>/", customer_panel.of_customer, name="customer_panel"),
    path("of-organization/<int:organization_id>/", customer_panel.of_organization, name="organization_panel"),
    path("live/", stream.events, name="live"),
    path("files/", files.upload, name="upload"),
    path("files/<str:key>/", files.download, name="download"),
    path("files/<str:key>/image/", files.image, name="image"),
    path("<int:ticket_id>/", detail.detail, name="detail"),
    path("<int:ticket_id>/since/", detail.since, name="since"),
    path("<int:ticket_id>/others/", detail.others, name="others"),
    path("<int:ticket_id>/related/", search.related_to, name="related"),
    path("<int:ticket_id>/edit/", edit.edit, name="edit"),
    path("<int:ticket_id>/choices/<slug:what>/", choices.choices, name="choices"),
    path("<int:ticket_id>/replies/", replies.replies, name="replies"),
    path("<int:ticket_id>/presence/", presence.presence, name="presence"),
    path("<int:ticket_id>/reading/", reading.reading, name="reading"),
    path("<int:ticket_id>/draft/", writing.draft, name="draft"),
    path("<int:ticket_id>/preview/", writing.preview, name="preview"),
    path("<int:ticket_id>/canned/", writing.canned, name="canned"),
    path("<int:ticket_id>/mentions/", writing.mentions, name="mentions"),
    path("<int:ticket_id>/addresses/", writing.addresses, name="addresses"),
    path("<int:ticket_id>/planned/<int:planned_id>/", replies.planned, name="planned"),
    *moving_urls.urlpatterns,
    path("<int:ticket_id>/messages/<int:message_id>/frame/", frames.frame, name="frame"),
    path("<int:ticket_id>/messages/<int:message_id>/frame/images/", frames.frame_with_images, name="frame_with_images"),
    path("<int:ticket_id>/messages/<int:message_id>/withdrawal/", replies.withdrawal, name="withdrawal"),
    path("<int:ticket_id>/messages/<int:message_id>/redaction/", gestures.redaction, name="redaction"),
    *(
        path(f"<int:ticket_id>/{noun}/", gestures.change, {"form_class": form_class}, name=noun)
        for noun, form_class in (
            ("status", forms.StatusForm),
            ("priority", forms.PriorityForm),
            ("type", forms.TypeForm),
            ("language", forms.LanguageForm),
            ("subject", forms.SubjectForm),
            ("assignee", forms.AssigneeForm),
            ("team", forms.TeamForm),
            ("tags", forms.TagsForm),
            ("followers", forms.FollowerForm),
            ("participants", forms.ParticipantForm),
            ("fields", forms.FieldForm),
            ("snooze", forms.SnoozeForm),
        )
    ),
]
