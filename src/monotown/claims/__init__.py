"""What a publication says, held against its own figures: checks, a file of claims, the ledger."""
