"""How the API speaks, and how it describes itself; what an install may choose of it stands in base."""

from __future__ import annotations

from typing import Any

REST_FRAMEWORK: dict[str, Any] = {
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["helpdesk.lib.rest.bodies.Json"],
    "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.SessionAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "helpdesk.lib.rest.problems.answer_to",
    "UNAUTHENTICATED_USER": None,
    "UNAUTHENTICATED_TOKEN": None,
}
SPECTACULAR_SETTINGS: dict[str, Any] = {
    "TITLE": "Helpdesk API",
    "DESCRIPTION": (
        "Everything that the pages of the helpdesk do, for programs. A token does what its agent may do, and no more;"
        " what that agent cannot see is 404. Times are UTC. Unknown fields and parameters are refused."
        " What holds for all of it stands in docs/api.md beside the source; docs/recipes.md shows it at work with curl."
    ),
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PUBLIC": True,
    "SERVE_AUTHENTICATION": [],
    "SERVE_PERMISSIONS": [],
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "SCHEMA_PATH_PREFIX_TRIM": False,
    "COMPONENT_SPLIT_REQUEST": True,
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "helpdesk.api.leave_out_what_was_not_asked_for",
    ],
    "ENUM_NAME_OVERRIDES": {
        "ClockState": "sla.models.ClockState",
        "EscalationState": "sla.models.Escalation.State",
        "EscalationReason": "sla.models.Escalation.Reason",
        "SurveyState": "surveys.models.State",
        "SurveyReason": "surveys.models.Reason",
        "BulkJobState": "tickets.models.BulkJob.State",
        "BulkItemState": "tickets.models.BulkItem.State",
        "WebhookDeliveryState": "webhooks.models.WebhookDelivery.State",
        "AddressKind": "customers.models.Address.Kind",
        "LinkKind": "tickets.models.TicketLink.Kind",
        "MacroKind": "automation.models.Macro.Words",
        "AccountLineKind": ["counted", "closed", "stood"],
    },
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
}
