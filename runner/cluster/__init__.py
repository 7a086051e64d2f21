"""The same runs on the workers of a cluster of dask.distributed."""
