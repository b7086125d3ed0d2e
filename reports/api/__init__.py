"""The REST API of metrics: each figure of the house, its definition, and the tickets that it was counted from."""
