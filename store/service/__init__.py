"""The embedded store as a service: queries and writes run in processes that may die, under limits.

`Guardian` starts it and keeps it alive, `ServiceClient` asks it. docs/store.md draws the processes.
"""
