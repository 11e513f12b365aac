"""What a maker should look at before an index is published."""
