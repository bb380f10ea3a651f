"""The change feed: what each version changed, thing by thing, as pages of a Linked Data Event Stream."""
