"""What people write where a number is missing."""

# In a column of text only the empty cell is a gap: NA is Namibia.
GAPS = frozenset(
    ("", "NA", "NaN", "nan", "null", "NULL", "N/A", "n/a", "#N/A", "<NA>", "na", "None", ".")
)
