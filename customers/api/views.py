"""People who write to us, and their organisations."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response

from agents.api.door import Door
from agents.permissions import Permission
from customers.api.serializers import (
    CustomerEdit,
    CustomerShape,
    NewCustomer,
    NewOrganization,
    OrganizationEdit,
    OrganizationShape,
)
from customers.editing import edit_customer, new_customer
from customers.locking import lock_customer
from customers.matching import find_by_email
from customers.models import Customer, Organization
from customers.organizing import edit_organization, new_organization
from customers.tiers import spellings
from helpdesk.lib.errors import HelpdeskError
from helpdesk.lib.rest.documenting import PAGING, listed, operation, text
from helpdesk.lib.rest.paging import PARAMETERS, page
from helpdesk.lib.rest.shapes import expect_parameters, key_in, read_body
from helpdesk.lib.rest.single import found, shown
from helpdesk.lib.rest.versions import asked_version, version_of


class Customers(Door):
    @operation(
        "List customers",
        answers={200: listed(CustomerShape, "CustomerPage")},
        parameters=[
            text("email", "Whose mail address this is; merges are followed."),
            text("external_id", "Whose id in another system this is."),
            text("organization_id", "Of this organisation."),
            *PAGING,
        ],
        name="customers_list",
    )
    def get(self, request: Request) -> Response:
        expect_parameters(request, ("email", "external_id", "organization_id", *PARAMETERS))
        rows = Customer.objects.for_list()
        asked = {name: str(value).replace("\x00", "") for name, value in request.query_params.items()}
        if "email" in asked:
            owner = find_by_email(asked["email"][:254])
            rows = rows.filter(pk=owner.pk if owner else 0)
        if "external_id" in asked:
            rows = rows.filter(external_id=asked["external_id"][:120])
        if (organization_id := key_in(request, "organization_id")) is not None:
            rows = rows.in_organization(organization_id)
        return page(request, rows, _people)

    @operation(
        "Add a customer",
        answers={201: CustomerShape},
        takes=NewCustomer,
        example={"name": "Kim Jensen", "email": "kim@alpha.example", "external_id": "crm-17"},
        writes=True,
        sends=["ETag"],
        name="customers_create",
    )
    def post(self, request: Request) -> Response:
        expect_parameters(request, ())
        self.actor.require(Permission.EDIT_CUSTOMERS)
        given = read_body(NewCustomer, request)
        made = new_customer(self.actor, **_with_organization(given))
        return shown(CustomerShape(_person(made.pk)), 201)


class OneCustomer(Door):
    @operation("Get a customer", answers={200: CustomerShape}, sends=["ETag"], name="customers_get")
    def get(self, request: Request, customer_id: int) -> Response:
        expect_parameters(request, ())
        return shown(CustomerShape(_person(customer_id)))

    @operation(
        "Change a customer",
        answers={200: CustomerShape},
        takes=CustomerEdit,
        example={"language": "da", "organization_id": 3},
        writes=True,
        versioned=True,
        keyed=False,
        name="customers_update",
    )
    def patch(self, request: Request, customer_id: int) -> Response:
        expect_parameters(request, ())
        self.actor.require(Permission.EDIT_CUSTOMERS)
        _person(customer_id)
        given = _with_organization(read_body(CustomerEdit, request))
        with transaction.atomic():
            lock_customer(customer_id)
            asked_version(request, version_of(CustomerShape(_person(customer_id)).data))
            edit_customer(customer_id, self.actor, given)
        return shown(CustomerShape(_person(customer_id)))


class Organizations(Door):
    @operation(
        "List organisations",
        answers={200: listed(OrganizationShape, "OrganizationPage")},
        parameters=[
            text("external_id", "Whose id in another system this is."),
            text("tier", "Of this tier; small and capital letters are alike."),
            *PAGING,
        ],
        name="organizations_list",
    )
    def get(self, request: Request) -> Response:
        expect_parameters(request, ("external_id", "tier", *PARAMETERS))
        rows = Organization.objects.for_list()
        if "external_id" in request.query_params:
            rows = rows.filter(external_id=request.query_params["external_id"].replace("\x00", "")[:120])
        if "tier" in request.query_params:
            rows = rows.filter(tier__in=spellings([request.query_params["tier"]]))
        return page(request, rows, lambda some: list(OrganizationShape(some, many=True).data))

    @operation(
        "Add an organisation",
        answers={201: OrganizationShape},
        takes=NewOrganization,
        example={"name": "Alpha", "external_id": "crm-3"},
        writes=True,
        sends=["ETag"],
        name="organizations_create",
    )
    def post(self, request: Request) -> Response:
        expect_parameters(request, ())
        self.actor.require(Permission.EDIT_CUSTOMERS)
        made = new_organization(self.actor, **read_body(NewOrganization, request))
        return shown(OrganizationShape(_organization(made.pk)), 201)


class OneOrganization(Door):
    @operation("Get an organisation", answers={200: OrganizationShape}, sends=["ETag"], name="organizations_get")
    def get(self, request: Request, organization_id: int) -> Response:
        expect_parameters(request, ())
        return shown(OrganizationShape(_organization(organization_id)))

    @operation(
        "Change an organisation",
        answers={200: OrganizationShape},
        takes=OrganizationEdit,
        example={"time_zone": "Europe/Copenhagen"},
        writes=True,
        versioned=True,
        keyed=False,
        name="organizations_update",
    )
    def patch(self, request: Request, organization_id: int) -> Response:
        expect_parameters(request, ())
        self.actor.require(Permission.EDIT_CUSTOMERS)
        _organization(organization_id)
        given = read_body(OrganizationEdit, request)
        with transaction.atomic():
            Organization.objects.select_for_update().filter(pk=organization_id).first()
            asked_version(request, version_of(OrganizationShape(_organization(organization_id)).data))
            edit_organization(organization_id, self.actor, given)
        return shown(OrganizationShape(_organization(organization_id)))


def _person(pk: int) -> Customer:
    return found(Customer.objects.for_detail(), pk, _("There is no such customer."))


def _organization(pk: int) -> Organization:
    return found(Organization.objects.for_list(), pk, _("There is no such organisation."))


def _with_organization(given: dict[str, Any]) -> dict[str, Any]:
    if "organization_id" not in given:
        return given
    key = given.pop("organization_id")
    organization = Organization.objects.filter(pk=key).first() if key is not None else None
    if key is not None and organization is None:
        raise HelpdeskError("no_such_organization", _("There is no such organisation."), field="organization_id")
    return given | {"organization": organization}


def _people(rows: Sequence[Customer]) -> list[Any]:
    return list(CustomerShape(rows, many=True).data)
