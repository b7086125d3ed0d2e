"""The addresses of customers and organisations below /api/v1/."""

from django.urls import path

from customers.api import views

urlpatterns = [
    path("customers/", views.Customers.as_view(), name="customers"),
    path("customers/<int:customer_id>/", views.OneCustomer.as_view(), name="customer"),
    path("organizations/", views.Organizations.as_view(), name="organizations"),
    path("organizations/<int:organization_id>/", views.OneOrganization.as_view(), name="organization"),
]
