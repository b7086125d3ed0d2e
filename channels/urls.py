"""The pages about mail: mailboxes, the console, what is held at a ticket, the local outbox."""

from django.urls import path

from channels.views import console, held, held_overview, mailboxes, outbox, outgoing

app_name = "channels"

urlpatterns = [
    path("settings/mailboxes/", mailboxes.mailbox_list, name="mailboxes"),
    path("settings/mailboxes/new/", mailboxes.new_mailbox, name="new_mailbox"),
    path("settings/mailboxes/<int:pk>/", mailboxes.mailbox, name="mailbox"),
    path("settings/mailboxes/<int:pk>/test/", mailboxes.test, name="test_mailbox"),
    path("settings/mail/", console.console, name="console"),
    path("settings/mail/try/", console.dry_run, name="dry_run"),
    path("settings/mail/held/", held_overview.held_overview, name="held_overview"),
    path("settings/mail/outgoing/", outgoing.outgoing, name="outgoing"),
    path("settings/mail/outgoing/<int:pk>/again/", outgoing.again, name="send_again"),
    path("settings/mail/<int:pk>/", console.letter, name="letter"),
    path("settings/mail/<int:pk>/source/", console.source, name="source"),
    path("settings/mail/<int:pk>/append/", console.append, name="append"),
    path("settings/mail/<int:pk>/open/", console.open_ticket, name="open_from"),
    path("settings/mail/<int:pk>/spam/", console.spam, name="spam"),
    path("settings/mail/<int:pk>/replay/", console.replay, name="replay"),
    path("tickets/<int:pk>/held/", held.held_panel, name="held_panel"),
    path("tickets/<int:pk>/held/<int:mail_id>/confirm/", held.confirm, name="held_confirm"),
    path("tickets/<int:pk>/held/<int:mail_id>/open/", held.open_ticket, name="held_open"),
    path("tickets/<int:pk>/held/<int:mail_id>/spam/", held.spam, name="held_spam"),
    path("dev/outbox/", outbox.outbox, name="outbox"),
    path("dev/outbox/write/", outbox.write, name="outbox_write"),
    path("dev/outbox/<int:pk>/", outbox.mail, name="outbox_mail"),
    path("dev/outbox/<int:pk>/html/", outbox.frame, name="outbox_frame"),
    path("dev/outbox/<int:pk>/source/", outbox.source, name="outbox_source"),
    path("dev/outbox/<int:pk>/files/<int:number>/", outbox.file, name="outbox_file"),
    path("dev/outbox/<int:pk>/answer/", outbox.answer, name="outbox_answer"),
]
