"""The interface as an OpenAPI 3.1 document: one YAML file a noun, and what they share in shared.yaml.

To add an operation: write it into its noun's file, with every status that it can answer. Tests hold the
document
against the routes, the problems that can be raised, and what the running service answers.
"""

from reference_service.http.openapi.document import openapi_json

__all__ = ["openapi_json"]
