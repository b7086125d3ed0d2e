"""What every resource of the REST API shares: refusals, shapes, pages, versions and how they are documented."""
