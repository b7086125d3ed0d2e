"""Where promises are made: policies in their order, and every edit on its way into force. Mounted at /settings/sla/."""

from django.urls import path

from sla.views import policies, revisions

app_name = "policies"

urlpatterns = [
    path("", policies.policy_list, name="list"),
    path("counts/", policies.counts, name="counts"),
    path("new/", policies.new, name="new"),
    path("order/", policies.order, name="order"),
    path("<int:policy_id>/", policies.edit, name="edit"),
    path("<int:policy_id>/use/", policies.use, name="use"),
    path("<int:policy_id>/versions/", policies.versions, name="versions"),
    path("changes/<int:revision_id>/", revisions.change, name="change"),
    path("changes/<int:revision_id>/force/", revisions.force, name="force"),
    path("changes/<int:revision_id>/removal/", revisions.drop, name="drop"),
    path("changes/<int:revision_id>/recount/", revisions.recount, name="recount"),
]
