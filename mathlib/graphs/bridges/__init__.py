"""Schroedinger bridges of finite Markov chains: a bracket, iterative fitting and its exact rate."""
