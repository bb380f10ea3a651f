"""The administrative map of France: communes, groupings with their members, departments and regions."""

from .source import GeographySource

__all__ = ["GeographySource"]
