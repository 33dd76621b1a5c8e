"""The OpenAPI document of all facades."""
