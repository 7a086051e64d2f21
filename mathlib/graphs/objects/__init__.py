"""What is spoken of: graphs, meshes and queries, which solvers and checkers share."""
