"""The REST API of customers and organisations."""
