"""Stock and flow of degree holders: what two totals can say, and what a prior adds."""
