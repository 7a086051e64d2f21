"""The random maps, as scikit-learn estimators: what they share is in base, one file for each construction."""
