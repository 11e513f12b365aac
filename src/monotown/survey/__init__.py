"""A survey from questionnaire to estimates: forms, weights, standard errors, reliability."""
