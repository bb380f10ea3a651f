"""One module per command of `digiterr`; each defines `command`."""
