"""What the reader takes away: the pages of the report, and the workbook of results."""
