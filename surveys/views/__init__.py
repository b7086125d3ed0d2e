"""The customer's page, the panels, the list and the settings of surveys."""
