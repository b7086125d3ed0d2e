"""Who writes to us: people, their addresses, their organisations, and what was done to these rows."""

from customers.models.history import CustomerChange, CustomerMerge
from customers.models.organizations import Organization, OrganizationDomain
from customers.models.people import Address, Customer

__all__ = ["Address", "Customer", "CustomerChange", "CustomerMerge", "Organization", "OrganizationDomain"]
