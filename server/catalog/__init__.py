"""The catalogue: what there is to take here, and what was taken from others, as DCAT-AP 3."""
