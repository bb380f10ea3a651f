"""The portals whose records are harvested: their settings, their schedule, their pages."""
