"""Dumps: a version of the dataset as files to download, each with its size and checksum."""
