"""Methods of the index on arrays: missing data, outliers, normalising, weights, means, ranks."""
