"""Codes of the national registers, read only when a case file gives one."""

from __future__ import annotations

from functools import cached_property

from ..geography.places import FrenchPlaces


class NationalCodes:
    """Says whether a code exists in the map of France that comes with the project."""

    @cached_property
    def places(self) -> FrenchPlaces:
        return FrenchPlaces()

    def __call__(self, kind: str, code: str) -> bool:
        look_up = {
            "commune": self.places.commune,
            "department": self.places.department,
            "region": self.places.region,
            "epci": self.places.territory_of_body,
        }
        return look_up[kind](code) is not None
