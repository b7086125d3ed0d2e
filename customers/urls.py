"""Where people and organisations live; addresses are nouns."""

from django.urls import path

from customers.views import addresses, merging, organizations, people

app_name = "customers"

urlpatterns = [
    path("", people.people, name="list"),
    path("new/", people.new, name="new"),
    path("lookup/", people.lookup, name="lookup"),
    path("organizations/", organizations.organizations, name="organizations"),
    path("organizations/new/", organizations.new, name="organization_new"),
    path("organizations/lookup/", organizations.lookup, name="organization_lookup"),
    path("organizations/<int:organization_id>/", organizations.organization, name="organization"),
    path("organizations/<int:organization_id>/edit/", organizations.edit, name="organization_edit"),
    path("organizations/<int:organization_id>/notes/", organizations.notes, name="organization_notes"),
    path("organizations/<int:organization_id>/domains/", organizations.domains, name="domains"),
    path(
        "organizations/<int:organization_id>/domains/<int:domain_id>/removal/",
        organizations.domain_removal,
        name="domain_removal",
    ),
    path("organizations/<int:organization_id>/claim/", organizations.claim, name="claim"),
    path("<int:customer_id>/", people.detail, name="detail"),
    path("<int:customer_id>/edit/", people.edit, name="edit"),
    path("<int:customer_id>/notes/", people.notes, name="notes"),
    path("<int:customer_id>/merge/", merging.merge, name="merge"),
    path("<int:customer_id>/addresses/", addresses.addresses, name="addresses"),
    path("<int:customer_id>/addresses/<int:address_id>/primary/", addresses.primary, name="address_primary"),
    path("<int:customer_id>/addresses/<int:address_id>/removal/", addresses.removal, name="address_removal"),
]
