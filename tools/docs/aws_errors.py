"""The errors that AWS's service model lists for an operation."""

from __future__ import annotations

import functools

import botocore.loaders
import botocore.model

_SERVICE = "ivschat"


def error_codes(operation: str) -> list[str]:
    """Return the codes of the errors that AWS answers to an operation, as the service model has them."""
    return [shape.name for shape in _model().operation_model(operation).error_shapes]


@functools.cache
def _model() -> botocore.model.ServiceModel:
    description = botocore.loaders.Loader().load_service_model(_SERVICE, "service-2")
    return botocore.model.ServiceModel(description, _SERVICE)
